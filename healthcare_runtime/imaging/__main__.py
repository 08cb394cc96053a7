"""``python -m healthcare_runtime.imaging status``: what happened to a study or an instance.

    python -m healthcare_runtime.imaging status --prefix 2027/01/15/1800000000/1.2.840.1/
    python -m healthcare_runtime.imaging status --sop 1.2.840.1.1.1

Reads ``BATCH_TABLE`` and ``INSTANCE_TABLE`` from the environment. Prints identifiers: for operators who may see them.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.environment import EnvironmentFaultError
from healthcare_runtime.imaging.batches.table import BatchTable
from healthcare_runtime.imaging.inquiry import Inquiry
from healthcare_runtime.imaging.instances.registry import InstanceRegistry
from healthcare_runtime.imaging.settings import RegistryTables


def main(arguments: Sequence[str], variables: Mapping[str, str], clients: AwsClients, out: TextIO) -> int:
    """Answer one question; 0 if anything is known, 1 if nothing is, 2 if it could not be asked."""
    parser = argparse.ArgumentParser(prog="python -m healthcare_runtime.imaging", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    status = commands.add_parser("status", help="what happened to a study or an instance")
    asked = status.add_mutually_exclusive_group(required=True)
    asked.add_argument("--prefix", help="import prefix of one association's part of a study")
    asked.add_argument("--sop", help="SOP Instance UID")
    question = parser.parse_args(arguments)
    try:
        tables = RegistryTables.from_environment(variables)
    except EnvironmentFaultError as fault:
        out.write(f"{fault}\n")
        return 2
    inquiry = Inquiry(
        BatchTable(clients.dynamodb, tables.batch_table), InstanceRegistry(clients.dynamodb, tables.instance_table)
    )
    answers = inquiry.by_prefix(question.prefix) if question.prefix else inquiry.by_sop_instance(question.sop)
    found = 0
    for answer in answers:
        out.write(f"{answer}\n")
        found += 1
    if not found:
        out.write("nothing is registered under that name; if it was stored, the sweeper will announce it\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, AwsClients(), sys.stdout))
