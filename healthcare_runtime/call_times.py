"""How long one call of an AWS client may take, so that a function ends before Lambda ends it.

A function that is cut off says nothing: no log line, no translated error, no answer to who waits. So a client gives up,
its repetitions and the pauses between them included, while a quarter of the function's time is left.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Self

from botocore.config import Config

from healthcare_runtime.contracts.functions import FunctionVariable
from healthcare_runtime.environment import Settings, Whole

LONGEST_FUNCTION: Final = 900  # AWS Lambda developer guide, quotas: function timeout, seconds
SHARE: Final = 0.75

_CONNECT: Final = 5.0
_READ: Final = 30.0
_PATIENT_ATTEMPTS: Final = 5
_HASTY_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class FunctionLimits(Settings):
    """What a function knows of itself; a program that is no function has Lambda's longest time."""

    seconds: Annotated[
        int, Whole(FunctionVariable.TIME_LIMIT_SECONDS, LONGEST_FUNCTION, minimum=10, maximum=LONGEST_FUNCTION)
    ]


@dataclass(frozen=True, slots=True)
class CallTimes:
    """Attempts, and seconds for each: to connect, and for every piece of the answer."""

    attempts: int
    connect: float
    read: float

    @classmethod
    def within(cls, seconds: float, *, attempts: int | None = None) -> Self:
        """The times of a function that has ``seconds``.

        Parameters
        ----------
        attempts
            How often a call is tried; None: five times where there is time for it, otherwise three.
        """
        share = SHARE * seconds
        if attempts is None:
            patient = cls(_PATIENT_ATTEMPTS, _CONNECT, _READ)
            if patient.longest <= share:
                return patient
            attempts = _HASTY_ATTEMPTS
        each = (share - _pauses(attempts)) / attempts
        connect = min(_CONNECT, each / 3)
        return cls(attempts, connect, min(_READ, each - connect))

    @property
    def longest(self) -> float:
        """Seconds after which a call to a service that does not answer has failed."""
        return self.attempts * (self.connect + self.read) + _pauses(self.attempts)

    def config(self, *, connections: int) -> Config:
        """For a client that ``connections`` threads share."""
        return Config(
            connect_timeout=self.connect,
            read_timeout=self.read,
            max_pool_connections=connections,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
        )


def _pauses(attempts: int) -> float:
    """The longest pauses between attempts: AWS SDKs reference, standard retry mode, exponential backoff with jitter."""
    return float(sum(min(2**each, 20) for each in range(attempts - 1)))
