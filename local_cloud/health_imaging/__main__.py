"""``python -m local_cloud.health_imaging``: serve until SIGTERM. Everything is told on the command line."""

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path

from healthcare_runtime import structured_log
from local_cloud.command_line import decimal_number, port_number, whole_number
from local_cloud.health_imaging.http_server import Server
from local_cloud.health_imaging.service import HealthImagingService
from local_cloud.health_imaging.settings import Quotas, Settings
from local_cloud.http_service import serve_until_told


def parse_settings(arguments: list[str]) -> Settings:
    """Read the command line; a bad value ends the start with one line."""
    parser = argparse.ArgumentParser(prog="python -m local_cloud.health_imaging", description=__doc__)
    parser.add_argument("--port", type=port_number, required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--aws-endpoint", required=True, help="URL of S3 and EventBridge")
    parser.add_argument("--region", default=Settings.region)
    parser.add_argument("--account", default=Settings.account)
    parser.add_argument("--workers", type=whole_number(1), default=Settings.workers)
    parser.add_argument("--running-jobs", type=whole_number(1), default=Settings.running_jobs)
    parser.add_argument("--object-memory-bytes", type=whole_number(1), default=Settings.object_memory_bytes)
    parser.add_argument("--worker-memory-bytes", type=whole_number(1), default=Settings.worker_memory_bytes)
    parser.add_argument("--file-timeout-seconds", type=decimal_number(0.001), default=Settings.file_timeout_seconds)
    quotas = parser.add_argument_group("quotas and throttles, by default those of AWS")
    for quota in fields(Quotas):
        kind = decimal_number(0) if quota.type is float else whole_number(1)
        quotas.add_argument(f"--{quota.name.replace('_', '-')}", type=kind, default=quota.default)
    options = parser.parse_args(arguments)
    return Settings(
        port=options.port,
        data_dir=options.data_dir.resolve(),
        aws_endpoint=options.aws_endpoint,
        region=options.region,
        account=options.account,
        workers=options.workers,
        running_jobs=options.running_jobs,
        object_memory_bytes=options.object_memory_bytes,
        worker_memory_bytes=options.worker_memory_bytes,
        file_timeout_seconds=options.file_timeout_seconds,
        quotas=Quotas(**{quota.name: getattr(options, quota.name) for quota in fields(Quotas)}),
    )


def main(arguments: list[str]) -> int:
    settings = parse_settings(arguments)
    structured_log.configure()
    os.umask(0o077)  # frames and metadata are PHI
    for name, value in (("AWS_ACCESS_KEY_ID", settings.account), ("AWS_SECRET_ACCESS_KEY", "local")):
        os.environ.setdefault(name, value)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    service = HealthImagingService(settings)
    try:
        server = Server(settings.port, service)
    except OSError as error:
        sys.stderr.write(f"--port {settings.port}: {error.strerror}: choose a free port\n")
        return 2
    service.start()
    serve_until_told(server)
    service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
