"""``.local/endpoints.json``: where everything is, for tests, the demo and people."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3

from healthcare_runtime.contracts.dicom_scp import ScpVariable
from healthcare_runtime.contracts.stack_outputs import StackOutput
from local_cloud.layout import ACCOUNT, REGION, Layout
from local_cloud.ports import HOST


@dataclass(frozen=True)
class Endpoints:
    """What is deployed and where it answers. What a stage does not have is None or absent."""

    aws: str
    dicom: dict[str, str | int] | None
    medical_imaging: str
    comprehendmedical: str
    sagemaker_runtime: str
    postgres: str
    consent_api: str | None
    datastore_id: str | None
    buckets: dict[str, str]
    tables: dict[str, str]
    state_machines: dict[str, str]
    outputs: dict[str, str]
    region: str = REGION
    account: str = ACCOUNT

    def to_json(self) -> str:
        return json.dumps(self.__dict__, indent=2) + "\n"


def collect(layout: Layout, endpoint: str, *, postgres: str) -> Endpoints:
    """Read the stacks' outputs and the container runner's ports; ``postgres`` is the server's DSN."""
    outputs = _outputs(endpoint)
    return Endpoints(
        aws=endpoint,
        dicom=_dicom(layout, outputs),
        medical_imaging=endpoint,
        comprehendmedical=endpoint,
        sagemaker_runtime=endpoint,
        postgres=postgres,
        consent_api=_rest_api(endpoint, outputs.get(StackOutput.CONSENT_API_URL)),
        datastore_id=outputs.get(StackOutput.DATASTORE_ID),
        buckets=_named(
            outputs,
            {
                "dicom": StackOutput.DICOM_BUCKET_NAME,
                "results": StackOutput.RESULTS_BUCKET_NAME,
                "raw": StackOutput.RAW_BUCKET_NAME,
                "work": StackOutput.WORK_BUCKET_NAME,
                "processed": StackOutput.PROCESSED_BUCKET_NAME,
                "quarantine": StackOutput.QUARANTINE_BUCKET_NAME,
                "audit": StackOutput.AUDIT_BUCKET_NAME,
            },
        ),
        tables=_named(
            outputs,
            {
                "import_jobs": StackOutput.IMPORT_JOB_TABLE_NAME,
                "batches": StackOutput.BATCH_TABLE_NAME,
                "instances": StackOutput.INSTANCE_TABLE_NAME,
                "documents": StackOutput.DOCUMENT_TABLE_NAME,
                "audit": StackOutput.AUDIT_TABLE_NAME,
            },
        ),
        state_machines=_named(
            outputs,
            {
                "imaging_import": StackOutput.IMAGING_IMPORT_STATE_MACHINE_ARN,
                "phi_pipeline": StackOutput.PHI_PIPELINE_STATE_MACHINE_ARN,
            },
        ),
        outputs=outputs,
    )


def _outputs(endpoint: str) -> dict[str, str]:
    session = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION)
    stacks = session.client("cloudformation", endpoint_url=endpoint).get_paginator("describe_stacks").paginate()
    return {
        output["OutputKey"]: output["OutputValue"]
        for page in stacks
        for stack in page["Stacks"]
        for output in stack.get("Outputs", [])
        if "OutputKey" in output and not output["OutputKey"].startswith("ExportsOutput")
    }


def _rest_api(endpoint: str, url: str | None) -> str | None:
    """Where the emulator serves a REST API whose URL on AWS is ``https://{id}.execute-api.{region}.../{stage}/``."""
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{endpoint}/restapis/{parts.netloc.split('.')[0]}{parts.path.rstrip('/')}/_user_request_"


def _named(outputs: dict[str, str], names: dict[str, StackOutput]) -> dict[str, str]:
    return {name: outputs[output] for name, output in names.items() if output in outputs}


def _dicom(layout: Layout, outputs: dict[str, str]) -> dict[str, str | int] | None:
    """The SCP's address: of all services, the one whose environment names an AE title."""
    services: dict[str, dict[str, Any]] = json.loads(layout.services.read_text()) if layout.services.exists() else {}
    for service in services.values():
        environment, ports = service["environment"], service["ports"]
        if ScpVariable.AE_TITLE in environment or outputs.get(StackOutput.DICOM_SERVICE_NAME):
            inside = environment.get(ScpVariable.SCP_PORT, outputs.get(StackOutput.DICOM_PORT, "11112"))
            if inside not in ports:
                continue
            address: dict[str, str | int] = {
                "host": HOST,
                "port": ports[inside],
                "ae_title": environment.get(ScpVariable.AE_TITLE, outputs.get(StackOutput.DICOM_AE_TITLE, "STORESCP")),
            }
            health = environment.get(ScpVariable.HEALTH_PORT)
            if health in ports:
                address["health_port"] = ports[health]
            return address
    return None
