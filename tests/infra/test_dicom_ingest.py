"""The DICOM service is deployed as seed 002 describes it, and only as open as its stage says."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from healthcare_infra.assembly import REPOSITORY, Synthesis, synthesise
from healthcare_infra.config import ConfigError, DicomConfig, StageConfig, load_stage
from healthcare_infra.constructs.dicom.image import RUNTIME_MODULES
from healthcare_infra.constructs.dicom.mutual_tls import FILES, SECRET_FIELDS
from healthcare_infra.constructs.dicom.scp_task import STOP_TIMEOUT, USER
from healthcare_runtime.contracts.dicom_scp import ScpVariable
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric
from healthcare_runtime.contracts.stack_outputs import StackOutput
from tests.infra.policies import permissions

Resources = dict[str, Any]

SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:dicom-tls-AbCdEf"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0f0e0d0c-0b0a-0908-0706-050403020100"
SCP_FILES = {ScpVariable.TLS_CERT_FILE, ScpVariable.TLS_KEY_FILE, ScpVariable.TLS_CA_FILE}


def with_dicom(stage: str, **changes: Any) -> StageConfig:
    config = load_stage(stage)
    return replace(config, dicom=replace(config.dicom, **changes))


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """Stages with what none of them has by default; a finding of the rule packs would fail this synthesis."""
    return synthesise(
        [
            with_dicom(
                "staging",
                mutual_tls_secret_arn=SECRET,
                calling_ae_titles=("CT1", "MR1"),
                client_cidrs=("10.20.0.0/16",),
                storage_commitment_peers=("PACS=10.20.0.5:104", "VNA=10.20.0.6:11113"),
                supported_sop_class_uids=("1.2.840.10008.5.1.4.1.1.2",),
            ),
            with_dicom(
                "production", tls_certificate_arn=CERTIFICATE, internet_facing=True, client_cidrs=("203.0.113.0/24",)
            ),
        ],
        tmp_path_factory.mktemp("variants"),
    )


@pytest.fixture(scope="module")
def production(synthesis: Synthesis) -> Resources:
    return resources_of(synthesis, "production")


@pytest.fixture(scope="module")
def mutual_tls(variants: Synthesis) -> Resources:
    return resources_of(variants, "staging")


@pytest.fixture(scope="module")
def balancer_tls(variants: Synthesis) -> Resources:
    return resources_of(variants, "production")


def resources_of(synthesis: Synthesis, stage: str, stack: str = "dicom-ingest") -> Resources:
    found: Any = synthesis.of_stage(stage)[stack].template["Resources"]
    assert isinstance(found, dict)
    return found


def only(resources: Resources, kind: str) -> Any:
    found = [body["Properties"] for body in resources.values() if body["Type"] == kind]
    assert len(found) == 1, f"{kind}: {len(found)} found"
    return found[0]


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


class TestBalancer:
    def test_readiness_is_asked_over_http_on_its_own_port(self, production: Resources) -> None:
        group = only(production, "AWS::ElasticLoadBalancingV2::TargetGroup")
        assert (group["Protocol"], group["Port"]) == ("TCP", 11112)
        assert group["HealthCheckProtocol"] == "HTTP"
        assert group["HealthCheckPath"] == "/ready"
        assert group["HealthCheckPort"] == environment(production)["HEALTH_PORT"]
        assert group["Matcher"] == {"HttpCode": "200"}

    def test_the_log_sees_the_senders_address(self, production: Resources) -> None:
        group = only(production, "AWS::ElasticLoadBalancingV2::TargetGroup")
        assert attributes(group, "TargetGroupAttributes")["preserve_client_ip.enabled"] == "true"

    def test_it_balances_over_zones_keeps_logs_and_is_protected_where_data_is_real(self, production: Resources) -> None:
        balancer = only(production, "AWS::ElasticLoadBalancingV2::LoadBalancer")
        assert balancer["Type"] == "network"
        assert balancer["Scheme"] == "internal"
        values = attributes(balancer, "LoadBalancerAttributes")
        assert values["load_balancing.cross_zone.enabled"] == "true"
        assert values["access_logs.s3.enabled"] == "true"
        assert values["deletion_protection.enabled"] == "true"
        assert len(balancer["Subnets"]) == 3
        assert all("publicSubnet" in json.dumps(subnet) for subnet in balancer["Subnets"])

    def test_without_a_certificate_it_speaks_tcp(self, production: Resources) -> None:
        listener = only(production, "AWS::ElasticLoadBalancingV2::Listener")
        assert (listener["Port"], listener["Protocol"]) == (11112, "TCP")

    def test_with_a_certificate_it_ends_tls_with_a_strict_policy(self, balancer_tls: Resources) -> None:
        listener = only(balancer_tls, "AWS::ElasticLoadBalancingV2::Listener")
        assert (listener["Port"], listener["Protocol"]) == (11112, "TLS")
        assert listener["Certificates"] == [{"CertificateArn": CERTIFICATE}]
        assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13")
        assert only(balancer_tls, "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == "internet-facing"

    def test_the_internet_is_refused_without_tls(self) -> None:
        with pytest.raises(ConfigError, match=re.escape("dicom.internet_facing=True: must be False without TLS")):
            DicomConfig(internet_facing=True)

    @pytest.mark.parametrize("stage", ["dev", "staging", "production", "local"])
    def test_senders_come_from_the_vpc_unless_the_stage_names_others(self, synthesis: Synthesis, stage: str) -> None:
        balancer = security_group(resources_of(synthesis, stage, "network"), "DicomBalancer")
        assert [(rule["CidrIp"], rule["FromPort"]) for rule in balancer["SecurityGroupIngress"]] == [
            ("10.0.0.0/16", 11112)
        ]

    def test_named_networks_are_admitted_and_no_other(self, variants: Synthesis) -> None:
        balancer = security_group(resources_of(variants, "production", "network"), "DicomBalancer")
        admitted = {rule["CidrIp"] for rule in balancer["SecurityGroupIngress"]}
        assert admitted == {"10.0.0.0/16", "203.0.113.0/24"}


class TestWayBack:
    """With the senders' addresses preserved, answers leave the application tier for the senders' networks."""

    def outbound(self, variants: Synthesis) -> set[tuple[str, int, int]]:
        return {
            (
                each["Properties"]["CidrBlock"],
                each["Properties"]["PortRange"]["From"],
                each["Properties"]["PortRange"]["To"],
            )
            for logical_id, each in resources_of(variants, "staging", "network").items()
            if each["Type"] == "AWS::EC2::NetworkAclEntry"
            and "AccessListsApplication" in logical_id
            and each["Properties"]["Egress"]
            and "PortRange" in each["Properties"]
        }

    def test_the_access_list_lets_answers_through(self, variants: Synthesis) -> None:
        assert ("10.20.0.0/16", 1024, 65535) in self.outbound(variants)

    def test_storage_commitment_results_reach_peers_on_low_ports_too(self, variants: Synthesis) -> None:
        assert ("10.20.0.0/16", 104, 104) in self.outbound(variants)
        service = security_group(resources_of(variants, "staging", "network"), "DicomService")
        egress = {(rule["CidrIp"], rule["FromPort"]) for rule in service["SecurityGroupEgress"]}
        assert {("10.20.0.0/16", 104), ("10.20.0.0/16", 11113)} <= egress

    @pytest.mark.parametrize("peer", ["PACS", "PACS=host", "PACS=host:0", "=host:104", "PACS=host:70000", "A\\B=h:104"])
    def test_a_peer_that_cannot_be_reached_is_refused_by_name(self, peer: str) -> None:
        with pytest.raises(ConfigError, match=re.escape("dicom.storage_commitment_peers")):
            DicomConfig(storage_commitment_peers=(peer,))


class TestService:
    def test_a_bad_deployment_rolls_back_and_nobody_can_open_a_shell(self, production: Resources) -> None:
        service = only(production, "AWS::ECS::Service")
        assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert service["DeploymentConfiguration"]["MinimumHealthyPercent"] == 100
        assert service["EnableExecuteCommand"] is False
        assert "DesiredCount" not in service

    def test_tasks_have_no_public_address_and_live_in_the_application_tier(self, production: Resources) -> None:
        network = only(production, "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == "DISABLED"
        assert len(network["Subnets"]) == 3
        assert all("applicationSubnet" in json.dumps(subnet) for subnet in network["Subnets"])
        assert "DicomService" in json.dumps(network["SecurityGroups"])

    def test_it_scales_on_half_the_cpu_with_a_minute_between_steps(self, production: Resources) -> None:
        policy = only(production, "AWS::ApplicationAutoScaling::ScalingPolicy")
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        assert tracking["TargetValue"] == 50
        assert tracking["ScaleInCooldown"] == tracking["ScaleOutCooldown"] == 60
        target = only(production, "AWS::ApplicationAutoScaling::ScalableTarget")
        config = load_stage("production").dicom
        assert (target["MinCapacity"], target["MaxCapacity"]) == (config.minimum_tasks, config.maximum_tasks)

    def test_refused_instances_unready_and_missing_tasks_raise_alarms_that_say_what_to_do(
        self, production: Resources
    ) -> None:
        alarms = {
            body["Properties"]["MetricName"]: body["Properties"]
            for body in production.values()
            if body["Type"] == "AWS::CloudWatch::Alarm"
        }
        assert alarms.keys() == {
            "RunningTaskCount",
            "HealthyHostCount",
            "UnHealthyHostCount",
            ImagingMetric.INSTANCES_REFUSED,
        }
        for name in ("RunningTaskCount", "HealthyHostCount"):
            assert alarms[name]["TreatMissingData"] == "breaching"
        for alarm in alarms.values():
            assert len(alarm["AlarmDescription"]) > 60
            assert "AlertsTopic" in json.dumps(alarm["AlarmActions"])

    def test_the_filter_counts_the_event_that_the_scp_logs(self, production: Resources) -> None:
        log_filter = only(production, "AWS::Logs::MetricFilter")
        (metric,) = log_filter["MetricTransformations"]
        assert (metric["MetricNamespace"], metric["MetricName"]) == (IMAGING_NAMESPACE, ImagingMetric.INSTANCES_REFUSED)
        event = re.fullmatch(r'\{ \$\.event = "(\w+)" \}', log_filter["FilterPattern"])
        assert event
        source = (REPOSITORY / "dicom_scp" / "network" / "store_service.py").read_text()
        assert f'"{event[1]}"' in source


def test_the_outputs_are_those_that_operators_and_the_local_cloud_read(synthesis: Synthesis) -> None:
    outputs: Any = synthesis.of_stage("local")["dicom-ingest"].template["Outputs"]
    assert {
        StackOutput.DICOM_ENDPOINT,
        StackOutput.DICOM_PORT,
        StackOutput.DICOM_AE_TITLE,
        StackOutput.DICOM_CLUSTER_NAME,
        StackOutput.DICOM_SERVICE_NAME,
    } <= outputs.keys()


@pytest.fixture(scope="module")
def context(synthesis: Synthesis) -> Path:
    """The image's build context, as ``cdk deploy`` hands it to the container engine."""
    (dockerfile,) = synthesis.directory.glob("asset.*/dicom_scp/Dockerfile")
    return dockerfile.parents[1]


class TestImage:
    def test_nothing_but_the_scp_and_its_share_of_the_runtime_reaches_the_build(self, context: Path) -> None:
        assert {path.name for path in context.iterdir()} == {"dicom_scp", "healthcare_runtime"}
        runtime = context / "healthcare_runtime"
        there = {path.relative_to(runtime).with_suffix("").as_posix() for path in runtime.rglob("*.py")}
        assert there == {*RUNTIME_MODULES}
        assert not [*context.rglob("__pycache__")]

    def test_the_share_of_the_runtime_is_exactly_what_the_scp_imports(self, context: Path) -> None:
        imported = runtime_imports(context)
        packages = {f"{parent}/__init__" for module in imported for parent in Path(module).parents if parent.name}
        assert imported | packages | {"__init__"} == {*RUNTIME_MODULES}

    def test_the_scp_starts_from_the_context_alone_and_names_a_wrong_value(self, context: Path, tmp_path: Path) -> None:
        # Given a copy of the context, where Python may leave its caches, and no other source on the path
        root = tmp_path / "app"
        shutil.copytree(context, root)
        started = subprocess.run(
            [sys.executable, "-m", "dicom_scp"],
            cwd=root,
            env={"PATH": os.environ["PATH"], "SCP_PORT": "none"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        # Then every import was found, and configuration, the first thing that can fail, did
        assert started.returncode == 2, started.stderr
        assert "SCP_PORT=none" in started.stdout + started.stderr

    def test_the_pins_are_those_of_the_environment_that_was_tested(self) -> None:
        pins = dict(
            line.split("==") for line in (REPOSITORY / "constraints.txt").read_text().splitlines() if "==" in line
        )
        listed = requirements()
        assert listed.keys() >= {"boto3", "botocore", "urllib3"}
        assert {name: pins[name] for name in listed} == listed

    def test_every_package_that_the_scp_imports_is_listed(self, context: Path) -> None:
        # Imports inside functions too: the first storage commitment must not be the first to miss a package.
        from importlib.metadata import packages_distributions

        own = {"dicom_scp", "healthcare_runtime"}
        third_party = {
            name
            for source in context.rglob("*.py")
            for name in top_level_imports(source)
            if name not in own and name not in sys.stdlib_module_names
        }
        assert third_party >= {"boto3", "pydicom"}
        distributions = packages_distributions()
        assert {distributions[name][0] for name in third_party} <= requirements().keys()

    def test_the_packages_need_nothing_that_is_not_listed(self) -> None:
        # pip runs with --no-deps, so the list must be closed under requirement.
        from importlib.metadata import requires

        listed = requirements()
        for package in listed:
            for requirement in requires(package) or []:
                if "extra ==" not in requirement:
                    needed = re.match(r"[\w.-]+", requirement)
                    assert needed
                    assert needed[0] in listed, f"{package} needs {needed[0]}"

    def test_the_image_is_pinned_and_runs_without_root(self) -> None:
        instructions = dockerfile_instructions()
        (base,) = [text for name, text in instructions if name == "FROM"]
        assert re.fullmatch(r"python:3\.13-slim@sha256:[0-9a-f]{64}", base)
        assert ("USER", USER) in instructions
        assert ("CMD", '["python", "-m", "dicom_scp"]') in instructions
        assert [text for name, text in instructions if name == "HEALTHCHECK"]
        assert not [text for name, text in instructions if name == "ADD"]
        # After the last instruction that needs it, root is gone for good.
        names = [name for name, _ in instructions]
        assert "RUN" not in names[names.index("USER") :]

    def test_the_mounted_directories_are_declared_so_that_the_user_can_write_them(self, mutual_tls: Resources) -> None:
        (declared,) = [json.loads(text) for name, text in dockerfile_instructions() if name == "VOLUME"]
        mounted = {
            point["ContainerPath"]
            for each in ("Scp", "TlsMaterial")
            for point in container(mutual_tls, each)["MountPoints"]
        }
        assert mounted == {*declared}


def requirements() -> dict[str, str]:
    """Package -> version; a line that is not pinned by version and hash is not understood."""
    text = (REPOSITORY / "dicom_scp" / "requirements.txt").read_text()
    pinned = re.compile(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}$\n?", re.MULTILINE)
    assert not pinned.sub("", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).strip()
    return dict(pinned.findall(text))


def top_level_imports(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def dockerfile_instructions() -> list[tuple[str, str]]:
    text = (REPOSITORY / "dicom_scp" / "Dockerfile").read_text()
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def runtime_imports(context: Path) -> set[str]:
    """Modules of healthcare_runtime that the SCP reaches, as paths, through the runtime's own imports as well."""
    reached: set[str] = set()
    waiting = [*(context / "dicom_scp").rglob("*.py")]
    while waiting:
        for module in _imported(waiting.pop()):
            if module not in reached:
                reached.add(module)
                waiting.append(REPOSITORY / "healthcare_runtime" / f"{module}.py")
    return reached


def _imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            if package == "healthcare_runtime":
                yield from [module.replace(".", "/")] if module else (alias.name for alias in node.names)
