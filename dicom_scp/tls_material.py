"""``python -m dicom_scp.tls_material DIRECTORY``: write the secret's certificate, key and client CA as files.

Fargate hands secrets over as environment variables, OpenSSL wants files. A short-lived container of the task, from
this same image, does the exchange in a volume that only the task sees and that ends with it; so the key is in the
environment of a process that has ended, and never in that of the one that talks to the network.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

# Field of the secret -> file; infrastructure and tests use the same names.
TLS_FILES: Final = {
    "TLS_CERTIFICATE": "certificate.pem",
    "TLS_PRIVATE_KEY": "private-key.pem",
    "TLS_CLIENT_CA": "client-ca.pem",
}


class MissingMaterialError(ValueError):
    """A variable is empty or not PEM. The text names it, never its value."""


def write_material(environment: Mapping[str, str], directory: Path) -> None:
    """Write every file, readable for this user alone.

    Raises
    ------
    MissingMaterialError
        A variable is unset or holds no PEM block.
    """
    for variable, name in TLS_FILES.items():
        text = environment.get(variable, "")
        if "-----BEGIN " not in text:
            raise MissingMaterialError(f"{variable}: must be PEM text; set the field of the TLS secret that feeds it")
        target = directory / name
        target.unlink(missing_ok=True)  # a restarted task finds the files of its first try
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text if text.endswith("\n") else text + "\n")


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m dicom_scp.tls_material DIRECTORY\n")
        return 2
    try:
        write_material(environment, Path(arguments[0]))
    except MissingMaterialError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
