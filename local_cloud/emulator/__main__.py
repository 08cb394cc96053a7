"""``python -m local_cloud.emulator``: start ministack with every patch in place, on 127.0.0.1 only."""

import argparse
import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from local_cloud.command_line import HIGHEST_PORT, decimal_number, port_number, whole_number
from local_cloud.emulator.settings import EmulatorSettings, HostPort

if TYPE_CHECKING:
    from local_cloud.emulator.persistence import Saver

_log = logging.getLogger("local_cloud.emulator")


def parse_settings(arguments: list[str]) -> EmulatorSettings:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.emulator", description=__doc__)
    parser.add_argument("--port", type=port_number, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--lambda-slots", type=whole_number(1), default=EmulatorSettings.lambda_slots)
    parser.add_argument("--save-seconds", type=decimal_number(0.1), default=EmulatorSettings.save_seconds)
    parser.add_argument(
        "--service",
        action="append",
        default=[],
        type=_service,
        metavar="SIGNING-NAME=URL",
        help="a service that runs beside the emulator",
    )
    parser.add_argument("--images", type=Path, metavar="DIRECTORY", help="where images of functions are recorded")
    parser.add_argument("--rds-endpoint", type=_host_port, metavar="HOST:PORT", help="where database clusters are")
    options = parser.parse_args(arguments)
    return EmulatorSettings(
        port=options.port,
        state_dir=options.state_dir.resolve(),
        services=dict(options.service),
        lambda_slots=options.lambda_slots,
        save_seconds=options.save_seconds,
        rds_endpoint=options.rds_endpoint,
        images=options.images.resolve() if options.images else None,
    )


def _service(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if not name or not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} must be SIGNING-NAME=URL")
    return name, url


def _host_port(text: str) -> HostPort:
    host, _, port = text.rpartition(":")
    if not host:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} must be HOST:PORT")
    return HostPort(host, whole_number(1, HIGHEST_PORT)(port))


def configure_environment(settings: EmulatorSettings) -> None:
    """What ministack reads from its environment, when it is imported."""
    state = settings.state_dir
    temporary = state / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)  # unpacked functions of an emulator that was killed
    temporary.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        {
            "GATEWAY_PORT": str(settings.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state / "s3"),
            "LAMBDA_EXECUTOR": "local",
            "SFTP_ENABLED": "0",  # no listeners beside the one endpoint
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(temporary),  # unpacked functions
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_ACCESS_KEY_ID": "000000000000",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    )


def main(arguments: list[str]) -> int:
    settings = parse_settings(arguments)
    configure_environment(settings)

    # Only now: ministack reads its environment at import.
    from local_cloud.emulator import (  # noqa: PLC0415
        bucket_properties,
        custom_resources,
        database_clusters,
        dynamodb_conditions,
        ec2_types,
        embedded_metrics,
        event_sources,
        health_imaging_type,
        lambda_images,
        lambda_logs,
        lambda_workers,
        patching,
        persistence,
        queue_locking,
        recorded_types,
        registry,
        resource_types,
        s3_objects,
        secrets,
        service_events,
        services,
        step_functions,
    )

    subjects = (
        resource_types, ec2_types, bucket_properties, secrets, recorded_types, custom_resources, health_imaging_type,
        database_clusters, s3_objects, queue_locking, registry, embedded_metrics, event_sources, lambda_workers,
        lambda_logs, lambda_images, step_functions, service_events, services, dynamodb_conditions, persistence,
    )  # fmt: skip
    try:
        patching.apply((subject.PATCHES for subject in subjects), settings)
    except patching.EmulatorMismatchError as error:
        sys.stderr.write(f"local cloud: {error}\n")
        return 2
    logging.getLogger().setLevel(logging.WARNING)  # ministack tells every event at INFO
    logging.getLogger("local_cloud").setLevel(logging.INFO)
    saver = persistence.Saver(settings.state_dir / "services", settings.save_seconds)
    asyncio.run(_serve(settings, saver, step_functions.resume_interrupted))
    return 0


async def _serve(settings: EmulatorSettings, saver: "Saver", resume: Callable[[], int]) -> None:
    from hypercorn.asyncio import serve  # noqa: PLC0415
    from hypercorn.config import Config  # noqa: PLC0415
    from ministack import app  # noqa: PLC0415

    config = Config()
    config.bind = [f"127.0.0.1:{settings.port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    server = asyncio.create_task(serve(app.app, config, shutdown_trigger=stopping.wait))
    await _listening(settings.port)
    saver.start()
    _log.info("resumed %d executions", resume())
    try:
        await server
    finally:
        await asyncio.to_thread(saver.stop)


async def _listening(port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
