"""``python -m local_cloud up|down|status|env``."""

import argparse
import sys
from pathlib import Path

from local_cloud.cloud import LocalCloud
from local_cloud.errors import LocalCloudError
from local_cloud.layout import Layout
from local_cloud.operator_environment import exports, operator_environment
from local_cloud.progress import Progress


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local_cloud", description="The AWS account on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the local cloud, deploy the stage local, write endpoints.json")
    up.add_argument("--assembly", type=Path, help="a cloud assembly to deploy as it is, instead of synthesising")
    commands.add_parser("down", help="stop everything; deployed state stays")
    commands.add_parser("status", help="what runs")
    commands.add_parser("env", help="what the platform's commands need of the environment, for a shell to evaluate")
    options = parser.parse_args(arguments)
    layout, progress = Layout.from_environment(), Progress()
    try:
        cloud = LocalCloud(layout, progress)
        match options.command:
            case "up":
                cloud.up(options.assembly)
                progress.say(f"ready: {layout.endpoints}")
            case "down":
                cloud.down()
                progress.say("nothing is left running")
            case "status":
                running = cloud.status()
                for one in running:
                    sys.stdout.write(f"{one.name:<40} pid {one.pid}\n")
                return 0 if running else 3
            case "env":
                sys.stdout.write(exports(operator_environment(layout)))
    except LocalCloudError as error:
        sys.stderr.write(f"local cloud: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
