"""``python -m healthcare_runtime.documents``: where a document is, and the decisions about those that are held.

    python -m healthcare_runtime.documents list [--status QUARANTINED]
    python -m healthcare_runtime.documents show ID [--text]
    python -m healthcare_runtime.documents approve ID --reviewer WHO
    python -m healthcare_runtime.documents mask ID --reviewer WHO --span PASSAGE:BEGIN-END:TYPE ...
    python -m healthcare_runtime.documents reject ID --reviewer WHO

Reads DOCUMENT_TABLE, WORK_BUCKET, AUDIT_TABLE and AUDIT_SHARDS from the environment. ``show --text`` prints PHI: for
reviewers who may see it.
"""

import argparse
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from healthcare_runtime.audit import AuditTrail, AuditUnavailable
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentStatus, DocumentVariable
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.registry import DocumentTable
from healthcare_runtime.documents.review import Decision, Review, ReviewRefusedError
from healthcare_runtime.documents.settings import StepSettings, bucket
from healthcare_runtime.documents.trail import StepTrail
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.environment import EnvironmentFaultError
from healthcare_runtime.phi_entity import PhiEntity, PhiType

_SPAN: Final = re.compile(r"(\d{1,6}):(\d{1,9})-(\d{1,9}):([A-Z_]{1,20})")
_DECISIONS: Final = {"approve": Decision.APPROVE, "mask": Decision.MASK_MORE, "reject": Decision.REJECT}


def main(arguments: Sequence[str], variables: Mapping[str, str], clients: AwsClients, out: TextIO) -> int:
    """0: done; 1: refused, with the reason; 2: could not be asked."""
    question = _parser().parse_args(arguments)
    try:
        settings = StepSettings.from_environment(variables)
        workspace = Workspace(clients.s3, bucket(DocumentVariable.WORK_BUCKET, variables))
    except EnvironmentFaultError as fault:
        out.write(f"{fault}\n")
        return 2
    documents = DocumentTable(clients.dynamodb, settings.document_table)
    if question.command == "list":
        return _list(documents, DocumentStatus(question.status), out)
    if question.command == "show":
        return _show(documents, workspace, question.id, out, with_text=question.text)
    trail = StepTrail(AuditTrail(clients.dynamodb, settings.audit.table, settings.audit.shards), time.time)
    review = Review(documents, trail, workspace, clients.stepfunctions)
    try:
        spans = _spans(question.span) if question.command == "mask" else None
        review.decide(question.id, _DECISIONS[question.command], reviewer=question.reviewer, spans=spans)
    except (ReviewRefusedError, AuditUnavailable) as refused:
        out.write(f"{refused}\n")
        return 1
    out.write(f"{question.id}: {_DECISIONS[question.command]}\n")
    return 0


def _list(documents: DocumentTable, status: DocumentStatus, out: TextIO) -> int:
    for document in documents.with_status(status):
        waits = "waits for a decision" if document.task_token else ""
        reasons = ",".join((*document.reasons, *document.findings))
        out.write(
            f"{document.document_id}  {document.status:11}  {document.severity:8}  {reasons}  {waits}".rstrip() + "\n"
        )
    return 0


def _show(documents: DocumentTable, workspace: Workspace, document_id: str, out: TextIO, *, with_text: bool) -> int:
    document = documents.find(document_id)
    if document is None:
        out.write(f"{document_id}: no document is registered under it\n")
        return 1
    for name, value in _shown(document).items():
        out.write(f"{name:18} {value}\n")
    if with_text and workspace.is_extracted(document_id):
        for number, passage in enumerate(workspace.extraction(document_id).passages):
            out.write(f"--- passage {number} {passage.path} ({len(passage.text)} characters)\n{passage.text}\n")
    return 0


def _shown(document: Document) -> dict[str, str | int]:
    """What may be on a screen: no key, no patient."""
    return {
        "document": document.document_id,
        "status": document.status,
        "reasons": ", ".join(document.reasons) or "-",
        "findings": ", ".join(document.findings) or "-",
        "severity": document.severity or "-",
        "format": document.format or "-",
        "languages": ", ".join(document.languages) or "-",
        "entities": document.entities,
        "consent": document.consent_basis or "-",
        "fraud score": f"{document.fraud_permille / 1000:.3f}",
        "processed as": document.processed_key or "-",
        "quarantined as": document.quarantine_key or "-",
        "decision": f"{document.decision} by {document.reviewer}" if document.decision else "-",
    }


def _spans(given: Sequence[str]) -> dict[int, tuple[PhiEntity, ...]]:
    spans: dict[int, list[PhiEntity]] = defaultdict(list)
    for text in given:
        match = _SPAN.fullmatch(text)
        if match is None or match[4] not in {*PhiType} or int(match[2]) >= int(match[3]):
            raise ReviewRefusedError(f"--span {text}: must be PASSAGE:BEGIN-END:TYPE, such as 0:12-25:NAME")
        spans[int(match[1])].append(PhiEntity(int(match[2]), int(match[3]), PhiType(match[4]), 1.0))
    return {number: tuple(found) for number, found in spans.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m healthcare_runtime.documents",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="documents of one status")
    listing.add_argument("--status", choices=list(DocumentStatus), default=DocumentStatus.QUARANTINED)
    show = commands.add_parser("show", help="what is known of a document")
    show.add_argument("id")
    show.add_argument("--text", action="store_true", help="print its passages: PHI")
    for name, about in {"approve": "release", "mask": "release, with more masked", "reject": "end it"}.items():
        command = commands.add_parser(name, help=about)
        command.add_argument("id")
        command.add_argument("--reviewer", required=True)
        if name == "mask":
            command.add_argument("--span", action="append", default=[], metavar="PASSAGE:BEGIN-END:TYPE")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, AwsClients(), sys.stdout))
