"""The task of the DICOM service: what runs, as whom, with which files and rights."""

import json
import re
from pathlib import Path

import pytest

from healthcare_infra.config import ConfigError, load_stage
from healthcare_infra.constructs.dicom.mutual_tls import FILES, SECRET_FIELDS
from healthcare_infra.constructs.dicom.scp_task import STOP_TIMEOUT, USER
from healthcare_runtime.contracts.dicom_scp import ScpVariable
from tests.infra.dicom.ingest_templates import SCP_FILES, SECRET, container, environment
from tests.infra.policies import permissions
from tests.infra.templates import Resources, only


class TestTask:
    def test_its_environment_is_the_contract_and_nothing_else(self, production: Resources) -> None:
        # A directory is for machines without a bucket; TLS files exist only with mutual TLS; empty lists mean any.
        left_out = SCP_FILES | {ScpVariable.STORAGE_DIR, ScpVariable.SUPPORTED_TRANSFER_SYNTAX_UIDS}
        assert environment(production).keys() == {*ScpVariable} - left_out
        assert "Secrets" not in container(production)

    def test_the_scp_itself_accepts_what_the_stage_configures(self, mutual_tls: Resources, tmp_path: Path) -> None:
        # Given the deployed environment, with names in place of references and with real files
        from dicom_scp.configuration import ScpConfiguration

        values = {
            name: value if isinstance(value, str) else "resolved-name"
            for name, value in environment(mutual_tls).items()
        }
        for name in SCP_FILES:
            file = tmp_path / Path(values[name]).name
            file.write_text("pem")
            values[name] = str(file)
        # When the SCP reads it
        read = ScpConfiguration.from_environment(values)
        # Then it means what the stage meant
        assert read.policy.calling == {"CT1", "MR1"}
        assert read.policy.require_called
        assert read.policy.sop_classes == {"1.2.840.10008.5.1.4.1.1.2"}
        assert {title: (peer.host, peer.port) for title, peer in read.commitment_peers.items()} == {
            "PACS": ("10.20.0.5", 104),
            "VNA": ("10.20.0.6", 11113),
        }
        assert read.port == 11112
        assert read.health_port == 8080
        assert read.tls is not None

    @pytest.mark.parametrize("name", ["Scp", "TlsMaterial"])
    def test_no_container_is_root_or_can_become_it(self, mutual_tls: Resources, name: str) -> None:
        properties = container(mutual_tls, name)
        assert properties["User"] == USER == "10001:10001"
        assert properties["ReadonlyRootFilesystem"] is True
        assert properties["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}

    def test_cpu_and_memory_are_parameters(self) -> None:
        config = load_stage("dev", task_cpu="2048", task_memory_limit_mib="8192")
        assert (config.dicom.task_cpu, config.dicom.task_memory_mib) == (2048, 8192)

    @pytest.mark.parametrize(
        ("parameters", "complaint"),
        [
            ({"task_cpu": "2000"}, "dicom.task_cpu=2000: must be one of"),
            ({"task_cpu": "4096"}, "must be 8192 to 30720 in steps of 1024 for task_cpu=4096"),
            ({"task_cpu": "many"}, "TASK_CPU='many': must be a whole number"),
            ({"task_memory_limit_mib": "-1"}, "TASK_MEMORY_LIMIT_MIB='-1': must be a whole number"),
        ],
    )
    def test_a_size_that_fargate_does_not_offer_is_refused_by_name(
        self, parameters: dict[str, str], complaint: str
    ) -> None:
        with pytest.raises(ConfigError, match=re.escape(complaint)):
            load_stage("dev", **parameters)

    def test_the_scp_is_done_before_fargate_kills_it(self, production: Resources) -> None:
        assert container(production)["StopTimeout"] == STOP_TIMEOUT.to_seconds() == 120
        assert int(environment(production)["STOP_TIMEOUT"]) < 120

    def test_a_stalled_log_service_does_not_stall_a_c_store(self, production: Resources) -> None:
        options = container(production)["LogConfiguration"]["Options"]
        assert options["mode"] == "non-blocking"
        assert "KmsKeyId" in only(production, "AWS::Logs::LogGroup")

    def test_it_may_put_and_look_at_instances_and_nothing_more(self, production: Resources) -> None:
        granted = {
            each.action: each
            for each in permissions(production, "TaskPermissions")
            if not each.action.startswith("kms:")
        }
        assert granted.keys() == {
            "s3:AbortMultipartUpload",
            "s3:GetObject",
            "s3:PutObject",
            "dynamodb:Query",
            "ecs:GetTaskProtection",
            "ecs:UpdateTaskProtection",
        }
        assert granted["dynamodb:Query"].about("/index/bySopInstance")
        assert granted["ecs:UpdateTaskProtection"].about(":task/")
        assert all(each.resource != '"*"' for each in granted.values())


class TestMutualTls:
    def test_the_files_exist_before_the_scp_starts_and_belong_to_the_task_alone(self, mutual_tls: Resources) -> None:
        scp, writer = container(mutual_tls), container(mutual_tls, "TlsMaterial")
        assert scp["DependsOn"] == [{"ContainerName": "TlsMaterial", "Condition": "SUCCESS"}]
        assert writer["Essential"] is False
        (written,) = writer["MountPoints"]
        read = {each["SourceVolume"]: each for each in scp["MountPoints"]}["tls"]
        assert (written["ContainerPath"], written["ReadOnly"]) == ("/run/tls", False)
        assert (read["ContainerPath"], read["ReadOnly"]) == ("/run/tls", True)

    def test_the_private_key_is_never_in_the_environment_of_what_talks_to_the_network(
        self, mutual_tls: Resources
    ) -> None:
        assert "Secrets" not in container(mutual_tls)
        secrets = {each["Name"]: each["ValueFrom"] for each in container(mutual_tls, "TlsMaterial")["Secrets"]}
        assert secrets == {name: f"{SECRET}:{field}::" for name, field in SECRET_FIELDS.items()}
        assert environment(mutual_tls).keys() >= SCP_FILES

    def test_infrastructure_and_image_agree_on_names(self) -> None:
        from dicom_scp.tls_material import TLS_FILES

        assert TLS_FILES.keys() == SECRET_FIELDS.keys()
        assert {*TLS_FILES.values()} == {*FILES.values()}

    def test_only_starting_the_task_may_read_the_secret(self, mutual_tls: Resources) -> None:
        (read,) = [
            each for each in permissions(mutual_tls, "TaskExecution") if each.action.startswith("secretsmanager:")
        ]
        assert json.loads(read.resource) == SECRET
        assert not [each for each in permissions(mutual_tls, "TaskPermissions") if "secret" in each.action]
