"""``python -m healthcare_runtime.audit``: is the trail what it was, and what does it say about a document?

    python -m healthcare_runtime.audit verify [--public-key FILE ...] [--shard 0003 ...] [--bucket-only] [--json]
    python -m healthcare_runtime.audit show --entity ID [--fhir]

Reads AUDIT_TABLE, AUDIT_BUCKET, AUDIT_SHARDS and, without ``--public-key``, AUDIT_SIGNING_KEY_ID. With DOCUMENT_TABLE
``verify`` asks the documents too: they remember events that nobody has signed for yet. It ends with 0 (intact), 1
(damaged: every finding on a line, the first bad event of a shard first) or 2 (could not be verified).
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Final, TextIO

from botocore.exceptions import BotoCoreError, ClientError

from healthcare_runtime.audit.chain import is_shard_name, shard_name
from healthcare_runtime.audit.faults import AuditEventError
from healthcare_runtime.audit.finding import Verification
from healthcare_runtime.audit.inquiry import events_of
from healthcare_runtime.audit.settings import AuditSettings, VerificationSettings
from healthcare_runtime.audit.signing import CheckpointSigner
from healthcare_runtime.audit.trusted_keys import KeyDamagedError
from healthcare_runtime.audit.verification import MAXIMUM_AGE, Plan, verify
from healthcare_runtime.audit.witness import Witness
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.documents.registry import DocumentTable
from healthcare_runtime.documents.witnesses import witnesses
from healthcare_runtime.environment import EnvironmentFaultError
from healthcare_runtime.shield import error_code

_SLACK_SECONDS: Final = 60.0
"""Clocks of functions and of the auditor differ."""


def main(
    arguments: Sequence[str],
    variables: Mapping[str, str],
    clients: AwsClients,
    out: TextIO,
    clock: Callable[[], float] = time.time,
) -> int:
    """Run one command; its exit code."""
    options = _parse(arguments)
    try:
        if options.command == "show":
            return _show(options, AuditSettings.from_environment(variables), clients, out)
        return _verify(options, VerificationSettings.from_environment(variables), clients, out, clock)
    except (EnvironmentFaultError, KeyDamagedError, AuditEventError, OSError) as fault:
        out.write(f"{fault}\n")
    except ClientError as fault:
        out.write(f"cannot be read: {fault.operation_name} answered {error_code(fault)}\n")
    except (BotoCoreError, BrokenExecutor) as fault:
        out.write(f"cannot be read: {type(fault).__name__}\n")
    return 2


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m healthcare_runtime.audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify", help="find every change of the trail")
    verifying.add_argument("--shard", action="append", default=[], type=_shard, help="only this one; repeatable")
    verifying.add_argument("--public-key", action="append", default=[], type=Path, help="PEM or DER; repeatable")
    verifying.add_argument("--bucket-only", action="store_true", help="the history by the bucket, without the table")
    verifying.add_argument("--maximum-age", type=float, default=MAXIMUM_AGE, help="seconds of the last checkpoint")
    verifying.add_argument("--processes", type=int, default=None, help="at a time; default: one a processor")
    verifying.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    showing = commands.add_parser("show", help="the events of one document or consent, in order")
    showing.add_argument("--entity", required=True, help="document id or consent id")
    showing.add_argument("--fhir", action="store_true", help="FHIR R4 AuditEvent resources, one a line")
    return parser.parse_args(arguments)


def _shard(text: str) -> str:
    name = shard_name(int(text)) if text.isdecimal() and len(text) <= 4 else text
    if not is_shard_name(name):
        raise argparse.ArgumentTypeError(f"{text}: must be the number of a shard")
    return name


def _verify(
    options: argparse.Namespace,
    settings: VerificationSettings,
    clients: AwsClients,
    out: TextIO,
    clock: Callable[[], float],
) -> int:
    if options.public_key:
        keys = [path.read_bytes() for path in options.public_key]
    elif settings.signing_key_id is not None:
        keys = [CheckpointSigner(clients.kms, settings.signing_key_id).public_key]
    else:
        # The bucket's own copy proves nothing against somebody who can write there.
        out.write("AUDIT_SIGNING_KEY_ID: must be set, or give --public-key FILE: checkpoints need a key to believe\n")
        return 2
    began = time.perf_counter()
    remembered: tuple[Witness, ...] = ()
    if settings.documents is not None and not options.bucket_only:
        # Whatever changed before has been signed for since, or a checkpoint is overdue, which is a finding of its own.
        since = clock() - options.maximum_age - _SLACK_SECONDS
        remembered = witnesses(DocumentTable(clients.dynamodb, settings.documents), since=since)
    plan = Plan(
        settings=settings,
        keys=tuple(keys),
        now=clock(),
        maximum_age=options.maximum_age,
        bucket_only=options.bucket_only,
        witnesses=remembered,
    )
    result = verify(plan, clients, only=options.shard, processes=options.processes)
    _report(result, time.perf_counter() - began, out, as_json=options.json)
    return 0 if result.intact else 1


def _report(result: Verification, seconds: float, out: TextIO, *, as_json: bool) -> None:
    if as_json:
        out.write(json.dumps({**asdict(result), "intact": result.intact, "seconds": round(seconds, 3)}) + "\n")
        return
    for found in result.findings:
        out.write(f"{found}\n")
    verdict = "intact" if result.intact else f"{len(result.findings)} findings"
    out.write(
        f"{result.events} events in {result.shards} shards, {result.checkpoints} checkpoints, "
        f"{result.unsigned} events not signed for yet: {verdict} ({seconds:.1f} s)\n"
        f"{result.witnesses} events compared with what documents remember\n"
    )


def _show(options: argparse.Namespace, settings: AuditSettings, clients: AwsClients, out: TextIO) -> int:
    found = 0
    for shown in events_of(clients.dynamodb, settings, options.entity):
        out.write(f"{shown.as_fhir() if options.fhir else shown}\n")
        found += 1
    if not found:
        out.write("no event is kept under that entity\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, AwsClients(), sys.stdout))
