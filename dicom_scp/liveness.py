"""``python -m dicom_scp.liveness``: exit 0 while this container's SCP is alive, for the container health check."""

import os
import sys
from http.client import HTTPConnection, HTTPException
from typing import Final

from healthcare_runtime.contracts.dicom_scp import ScpVariable

TIMEOUT_SECONDS: Final = 4.0
DEFAULT_PORT: Final = "8080"


def alive(port: int) -> bool:
    """Whether ``/live`` on this host answers 200 in time. Readiness is the load balancer's question, not ours."""
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if alive(int(os.environ.get(ScpVariable.HEALTH_PORT) or DEFAULT_PORT)) else 1)
