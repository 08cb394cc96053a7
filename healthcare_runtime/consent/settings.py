"""How a function reaches the consent database; read once, at its cold start."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from healthcare_runtime import aws_names
from healthcare_runtime.contracts.consent import ConsentVariable as Variable
from healthcare_runtime.environment import EnvironmentFaultError, Settings, Text, Whole, Word

DEFAULT_CA_FILE: Final = "/opt/rds-ca/global-bundle.pem"

_HOST: Final = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_NAME: Final = r"[a-z_][a-z0-9_]{0,62}"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})


class Authentication(StrEnum):
    """How the database knows the function."""

    IAM = "iam"  # a token per connection, over TLS that verifies the server
    TRUST = "trust"  # the local cloud's database on the loopback interface, nowhere else


@dataclass(frozen=True, slots=True)
class ConsentDatabase(Settings):
    """Where the database is, and as whom to log in.

    Attributes
    ----------
    ca_file
        PEM bundle of the certificate authorities of RDS, in the function's image.
    """

    host: Annotated[str, Text(Variable.CONSENT_DB_HOST, _HOST, "the name of the database server")]
    port: Annotated[int, Whole(Variable.CONSENT_DB_PORT, 5432, minimum=1, maximum=65_535)]
    name: Annotated[str, Text(Variable.CONSENT_DB_NAME, _NAME, "a PostgreSQL database name in lower case")]
    user: Annotated[str, Text(Variable.CONSENT_DB_USER, _NAME, "a PostgreSQL role name in lower case")]
    authentication: Annotated[Authentication, Word(Variable.CONSENT_DB_AUTHENTICATION, Authentication, "iam or trust")]
    ca_file: Annotated[
        str, Text(Variable.CONSENT_DB_CA_FILE, r"/[\w./-]{1,255}", "an absolute path", DEFAULT_CA_FILE)
    ] = DEFAULT_CA_FILE

    def check_together(self) -> None:
        trusted = self.authentication is Authentication.TRUST
        if trusted and self.host not in _LOOPBACK:
            rule = "iam for a server that is not on the loopback interface"
            raise EnvironmentFaultError(Variable.CONSENT_DB_AUTHENTICATION, self.authentication, rule)
        if not trusted and not Path(self.ca_file).is_file():
            rule = "a file of the image, the PEM bundle of the RDS authorities"
            raise EnvironmentFaultError(Variable.CONSENT_DB_CA_FILE, self.ca_file, rule)


@dataclass(frozen=True, slots=True)
class MigrationSettings(Settings):
    """The database, and the secret of who may change its schema."""

    database: ConsentDatabase
    admin_secret: Annotated[
        str, aws_names.secret(Variable.CONSENT_DB_ADMIN_SECRET, "the ARN of the database's master secret")
    ]
