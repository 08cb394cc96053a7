"""How a function reaches the consent database; read once, at its cold start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from healthcare_runtime.contracts.consent import ConsentVariable
from healthcare_runtime.environment import Environment, EnvironmentFaultError

DEFAULT_CA_FILE: Final = "/opt/rds-ca/global-bundle.pem"

_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_AUTHENTICATION: Final = re.compile(r"iam|trust")
_SECRET_ARN: Final = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@!-]{1,512}")
_FILE: Final = re.compile(r"/[\w./-]{1,255}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})


class Authentication(StrEnum):
    """How the database knows the function."""

    IAM = "iam"  # a token per connection, over TLS that verifies the server
    TRUST = "trust"  # the local cloud's database on the loopback interface, nowhere else


@dataclass(frozen=True, slots=True)
class ConsentDatabase:
    """Where the database is, and as whom to log in.

    Attributes
    ----------
    ca_file
        PEM bundle of the certificate authorities of RDS, in the function's image.
    """

    host: str
    port: int
    name: str
    user: str
    authentication: Authentication
    ca_file: str = DEFAULT_CA_FILE

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Read the variables of a function.

        Raises
        ------
        EnvironmentFaultError
            One is missing or cannot work; the text is one line.
        """
        environment = Environment(variables)
        host = environment.text(ConsentVariable.CONSENT_DB_HOST, _HOST, "the name of the database server")
        authentication = Authentication(
            environment.text(ConsentVariable.CONSENT_DB_AUTHENTICATION, _AUTHENTICATION, "iam or trust")
        )
        if authentication is Authentication.TRUST and host not in _LOOPBACK:
            rule = "iam for a server that is not on the loopback interface"
            raise EnvironmentFaultError(ConsentVariable.CONSENT_DB_AUTHENTICATION, authentication, rule)
        return cls(
            host=host,
            port=environment.integer(ConsentVariable.CONSENT_DB_PORT, 5432, minimum=1, maximum=65_535),
            name=environment.text(ConsentVariable.CONSENT_DB_NAME, _NAME, "a PostgreSQL database name in lower case"),
            user=environment.text(ConsentVariable.CONSENT_DB_USER, _NAME, "a PostgreSQL role name in lower case"),
            authentication=authentication,
            ca_file=_ca_file(variables, environment, authentication),
        )


@dataclass(frozen=True, slots=True)
class MigrationSettings:
    """The database, and the secret of who may change its schema."""

    database: ConsentDatabase
    admin_secret: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        secret = Environment(variables).text(
            ConsentVariable.CONSENT_DB_ADMIN_SECRET, _SECRET_ARN, "the ARN of the database's master secret"
        )
        return cls(ConsentDatabase.from_environment(variables), secret)


def _ca_file(variables: Mapping[str, str], environment: Environment, authentication: Authentication) -> str:
    name = ConsentVariable.CONSENT_DB_CA_FILE
    path = environment.text(name, _FILE, "an absolute path") if variables.get(name) else DEFAULT_CA_FILE
    if authentication is Authentication.IAM and not Path(path).is_file():
        raise EnvironmentFaultError(name, path, "a file of the image, the PEM bundle of the RDS authorities")
    return path
