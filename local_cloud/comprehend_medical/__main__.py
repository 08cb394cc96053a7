"""``python -m local_cloud.comprehend_medical``: serve until SIGTERM. Everything is told on the command line."""

import argparse
import sys

from healthcare_runtime import structured_log
from local_cloud.command_line import decimal_number, port_number
from local_cloud.comprehend_medical.http_server import Server
from local_cloud.comprehend_medical.operations import Operations
from local_cloud.comprehend_medical.throttle import Quotas, Throttle
from local_cloud.http_service import serve_until_told
from phi_detector import Detector


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.comprehend_medical", description=__doc__)
    parser.add_argument("--port", type=port_number, required=True)
    quotas = parser.add_argument_group("quotas per second, by default those of AWS; 0: no limit")
    quotas.add_argument("--transactions-per-second", type=decimal_number(0), default=Quotas().transactions_per_second)
    quotas.add_argument("--characters-per-second", type=decimal_number(0), default=Quotas().characters_per_second)
    options = parser.parse_args(arguments)
    structured_log.configure()
    throttle = Throttle(Quotas(options.transactions_per_second, options.characters_per_second))
    try:
        server = Server(options.port, Operations(Detector.load(), throttle))
    except OSError as error:
        sys.stderr.write(f"--port {options.port}: {error.strerror}: choose a free port\n")
        return 2
    serve_until_told(server)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
