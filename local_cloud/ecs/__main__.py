"""``python -m local_cloud.ecs``: run the deployed ECS services as processes until SIGTERM."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from local_cloud.ecs.runner import Runner
from local_cloud.layout import Layout


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.ecs", description=__doc__)
    parser.add_argument("--local-dir", type=Path, required=True)
    parser.add_argument("--endpoint", required=True)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    runner = Runner(Layout(options.local_dir.resolve()), options.endpoint)
    signal.signal(signal.SIGTERM, lambda *_: runner.stop())
    signal.signal(signal.SIGINT, lambda *_: runner.stop())
    runner.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
