"""``python -m local_cloud.sagemaker_runtime --port N --endpoint NAME=MODULE``: serve until SIGTERM.

``MODULE`` is an inference module in script mode with a ``MODEL_DIR``, such as ``ml.fraud_risk.inference``.
"""

import argparse
import sys

from healthcare_runtime import structured_log
from local_cloud.command_line import port_number
from local_cloud.http_service import HOST, serve_until_told
from local_cloud.sagemaker_runtime.endpoints import EndpointFaultError, load_all
from local_cloud.sagemaker_runtime.http_server import Server


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.sagemaker_runtime", description=__doc__)
    parser.add_argument("--port", type=port_number, required=True)
    parser.add_argument("--endpoint", action="append", default=[], metavar="NAME=MODULE", help="repeatable")
    options = parser.parse_args(arguments)
    structured_log.configure()
    try:
        endpoints = load_all(options.endpoint)
        server = Server(options.port, endpoints)
    except EndpointFaultError as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"--port {options.port}: {error.strerror}: choose a free port\n")
        return 2
    sys.stdout.write(f"serving {len(endpoints)} endpoints on http://{HOST}:{server.server_port}\n")
    sys.stdout.flush()
    serve_until_told(server)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
