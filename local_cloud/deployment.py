"""Deploying an assembly into the emulator with the stock CDK CLI: bootstrap once, then deploy every stack."""

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from local_cloud import assembly as assemblies
from local_cloud.errors import LocalCloudError
from local_cloud.layout import ACCOUNT, REGION, REPOSITORY, Layout

_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_SECONDS = 600


class Deployment:
    """One assembly and the emulator it goes to."""

    def __init__(self, layout: Layout, endpoint: str, assembly: Path) -> None:
        self._layout = layout
        self._assembly = assembly
        self._environment = assemblies.cdk_environment(layout, endpoint) | {
            "CDK_DOCKER": str(REPOSITORY / "local_cloud" / "container_engine"),
            "LOCAL_CLOUD_IMAGES": str(layout.images),
        }
        self._session = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION)
        self._endpoint = endpoint

    def is_current(self) -> bool:
        """Whether this very assembly is deployed, completely."""
        try:
            deployed = json.loads(self._layout.deployed.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        if deployed.get("fingerprint") != assemblies.fingerprint(self._assembly):
            return False
        cloudformation = self._session.client("cloudformation", endpoint_url=self._endpoint)
        stacks = {stack["StackName"]: stack["StackStatus"] for stack in cloudformation.describe_stacks()["Stacks"]}
        complete = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        return all(stacks.get(name) in complete for name in deployed["stacks"])

    def bootstrap(self) -> bool:
        """Create the CDK's toolkit stack unless it exists. Returns whether it was created."""
        try:
            self._session.client("ssm", endpoint_url=self._endpoint).get_parameter(Name=_BOOTSTRAP_PARAMETER)
        except ClientError:
            self._run(["bootstrap", f"aws://{ACCOUNT}/{REGION}"], "bootstrap", lambda _line: None)
            return True
        return False

    def deploy(self, report: Callable[[str], None]) -> list[str]:
        """Deploy every stack; ``report`` hears of each that is done. Returns the stacks' names.

        Raises
        ------
        LocalCloudError
            A stack failed; the message quotes what the CLI said about it.
        """
        self._layout.deployed.unlink(missing_ok=True)  # until it succeeded, nothing is known to be deployed
        done: list[str] = []

        def follow(line: str) -> None:
            if line.strip().startswith("✅"):
                name = line.strip().removeprefix("✅").strip().partition("(")[2].rstrip(") ").partition(")")[0]
                done.append(name)
                report(name)

        everything = ["deploy", "--app", str(self._assembly), "**", "--require-approval", "never"]
        pace = ["--concurrency", "4", "--progress", "events"]
        self._run([*everything, *pace], "deploy", follow)
        record = {"fingerprint": assemblies.fingerprint(self._assembly), "stacks": done}
        self._layout.deployed.write_text(json.dumps(record, indent=1))
        return done

    def _run(self, arguments: list[str], name: str, follow: Callable[[str], None]) -> None:
        log = self._layout.logs / f"{name}.log"
        lines: list[str] = []
        with (
            log.open("w") as output,
            subprocess.Popen(
                ["cdk", *arguments, "--no-notices"],
                cwd=self._layout.root,  # not the repository: its cdk.json would synthesise again
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None
            watchdog = threading.Timer(_SECONDS, process.kill)
            watchdog.start()
            try:
                for line in process.stdout:
                    output.write(line)
                    lines.append(line.rstrip())
                    follow(line)
                status = process.wait()
            finally:
                watchdog.cancel()
        if status != 0:
            telling = [line for line in lines if "FAILED" in line or "❌" in line or "rror" in line] or lines
            shown = "\n  ".join(line[:400] for line in telling[-12:])
            raise LocalCloudError(f"`cdk {arguments[0]}` failed (all of it in {log}):\n  {shown}")
