"""The environment in which the platform's own commands work on the local cloud (``python -m local_cloud env``)."""

import json
import shlex
from typing import Final

from healthcare_runtime.contracts.audit import AuditVariable
from healthcare_runtime.contracts.documents import DocumentVariable
from healthcare_runtime.contracts.imaging import ImportVariable
from healthcare_runtime.contracts.stack_outputs import StackOutput
from local_cloud.errors import LocalCloudError
from local_cloud.layout import Layout

_DEPLOYED: Final = {
    ImportVariable.BATCH_TABLE: StackOutput.BATCH_TABLE_NAME,
    ImportVariable.INSTANCE_TABLE: StackOutput.INSTANCE_TABLE_NAME,
    DocumentVariable.DOCUMENT_TABLE: StackOutput.DOCUMENT_TABLE_NAME,
    DocumentVariable.WORK_BUCKET: StackOutput.WORK_BUCKET_NAME,
    AuditVariable.AUDIT_TABLE: StackOutput.AUDIT_TABLE_NAME,
    AuditVariable.AUDIT_BUCKET: StackOutput.AUDIT_BUCKET_NAME,
    AuditVariable.AUDIT_SIGNING_KEY_ID: StackOutput.AUDIT_SIGNING_KEY_ID,
}


def operator_environment(layout: Layout) -> dict[str, str]:
    """Names and values, from what ``up`` wrote.

    Raises
    ------
    LocalCloudError
        The cloud is not up.
    """
    try:
        endpoints = json.loads(layout.endpoints.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise LocalCloudError("the local cloud is not up: run `make up` first") from missing
    outputs = endpoints["outputs"]
    return {
        "AWS_ENDPOINT_URL": endpoints["aws"],
        "AWS_DEFAULT_REGION": endpoints["region"],
        "AWS_ACCESS_KEY_ID": endpoints["account"],
        "AWS_SECRET_ACCESS_KEY": "local",
        **{variable: outputs[output] for variable, output in _DEPLOYED.items() if output in outputs},
    }


def exports(environment: dict[str, str]) -> str:
    """Lines that a shell evaluates."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
