"""What an association request asks for and how it is answered, worked out once for each different request.

Many modalities open one association for each image, always with the same request, and that may propose a hundred
presentation contexts.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dicom_scp.configuration import AcceptancePolicy
from dicom_scp.network.acceptance import Acceptance, Rejection, accept, refusal
from dicom_scp.network.pdu import AssociateRequest, decode_associate_request, encode_associate_accept

_REMEMBERED: Final = 32
_LONGEST_REMEMBERED: Final = 1 << 15  # bytes; 128 contexts with three transfer syntaxes each take some 20 KB


@dataclass(frozen=True, slots=True)
class Negotiation:
    """A decoded request and its answer: the refusal, or else what was agreed on and the PDU that says so."""

    request: AssociateRequest
    refusal: Rejection | None
    acceptance: Acceptance
    reply: bytes


class Negotiations:
    """Answers requests by one policy, and remembers the last ones. Called from every thread."""

    def __init__(self, policy: AcceptancePolicy) -> None:
        self._policy = policy
        self._remembered = lru_cache(_REMEMBERED)(self._work_out)

    def answer(self, body: bytes) -> Negotiation:
        """The answer to the variable part of an A-ASSOCIATE-RQ.

        Raises
        ------
        MalformedPduError
            It is none.
        """
        return self._remembered(body) if len(body) <= _LONGEST_REMEMBERED else self._work_out(body)

    def _work_out(self, body: bytes) -> Negotiation:
        request = decode_associate_request(body)
        acceptance = accept(request, self._policy)
        return Negotiation(
            request, refusal(request, self._policy), acceptance, encode_associate_accept(acceptance.reply)
        )
