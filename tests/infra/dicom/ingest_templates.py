"""How tests look at the DICOM service: its container, its security groups, stages with what none has by default."""

from dataclasses import replace
from typing import Any, Final

from healthcare_infra.config import StageConfig, load_stage
from healthcare_runtime.contracts.dicom_scp import ScpVariable
from tests.infra.templates import Resources, only

SECRET: Final = "arn:aws:secretsmanager:us-east-1:111122223333:secret:dicom-tls-AbCdEf"
CERTIFICATE: Final = "arn:aws:acm:us-east-1:111122223333:certificate/0f0e0d0c-0b0a-0908-0706-050403020100"
SCP_FILES: Final = {ScpVariable.TLS_CERT_FILE, ScpVariable.TLS_KEY_FILE, ScpVariable.TLS_CA_FILE}


def with_dicom(stage: str, **changes: Any) -> StageConfig:
    config = load_stage(stage)
    return replace(config, dicom=replace(config.dicom, **changes))


def container(resources: Resources, name: str = "Scp") -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {
        each["Name"]: each for each in only(resources, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    }
    return found[name]


def environment(resources: Resources, name: str = "Scp") -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in container(resources, name)["Environment"]}


def security_group(resources: Resources, role: str) -> dict[str, Any]:
    found = [
        body["Properties"]
        for logical_id, body in resources.items()
        if body["Type"] == "AWS::EC2::SecurityGroup" and role in logical_id
    ]
    assert len(found) == 1, f"{role}: {len(found)} security groups"
    properties: dict[str, Any] = found[0]
    return properties


def attributes(properties: dict[str, Any], kind: str) -> dict[str, Any]:
    return {each["Key"]: each["Value"] for each in properties[kind]}
