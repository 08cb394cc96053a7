"""``python -m local_cloud.postgres --port N --data-dir D``: PostgreSQL on 127.0.0.1 until SIGTERM."""

import argparse
import sys
from pathlib import Path

from local_cloud.command_line import HIGHEST_PORT, whole_number
from local_cloud.errors import LocalCloudError
from local_cloud.postgres.server import PostgresServer, serve


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.postgres", description=__doc__)
    parser.add_argument("--port", type=whole_number(1, HIGHEST_PORT), required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--volatile", action="store_true", help="do not wait for the disk; for tests")
    options = parser.parse_args(arguments)
    try:
        return serve(PostgresServer(options.data_dir.resolve(), options.port, volatile=options.volatile))
    except LocalCloudError as error:
        sys.stderr.write(f"local cloud: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
