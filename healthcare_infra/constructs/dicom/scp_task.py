"""The SCP's task: what runs, as whom, and with which rights."""

from typing import Final

from aws_cdk import ArnFormat, Duration, Size, Stack
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.dicom.image import ScpImage
from healthcare_infra.constructs.dicom.mutual_tls import MutualTls
from healthcare_infra.constructs.dicom.scp_environment import scp_environment
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from healthcare_infra.exports import ImagingExports, KeyExports, LakeExports
from healthcare_runtime.contracts.imaging import SOP_INSTANCE_INDEX

USER: Final = "10001:10001"  # the Dockerfile's
STOP_TIMEOUT: Final = Duration.seconds(120)  # Fargate's longest; the SCP itself is done before (STOP_TIMEOUT)
LOG_BUFFER: Final = Size.mebibytes(25)


class ScpTask(Construct):
    """One container: not root, no capabilities, a root file system that nobody can write."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        cluster: ecs.ICluster,
        keys: KeyExports,
        lake: LakeExports,
        imaging: ImagingExports,
    ) -> None:
        super().__init__(scope, construct_id)
        self.log_group = EncryptedLogGroup(self, "Logs", config=config, key=keys.logs)
        image = ScpImage(self, "Image")
        execution = self._execution_identity(image)
        self.definition = ecs.FargateTaskDefinition(
            self,
            "Definition",
            cpu=config.dicom.task_cpu,
            memory_limit_mib=config.dicom.task_memory_mib,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.X86_64, operating_system_family=ecs.OperatingSystemFamily.LINUX
            ),
            task_role=self._task_identity(cluster, keys, lake, imaging).role,
            execution_role=execution.role,
            volumes=[ecs.Volume(name="tmp")],
        )
        self._run_scp(config, image, scp_environment(config.dicom, lake=lake, imaging=imaging))
        if config.dicom.mutual_tls_secret_arn is not None:
            MutualTls(
                self,
                "MutualTls",
                secret_arn=config.dicom.mutual_tls_secret_arn,
                image=image,
                task=self.definition,
                scp=self.container,
                execution=execution,
                key=keys.secrets,
                logging=self._logging("tls"),
            )

    def _run_scp(self, config: StageConfig, image: ScpImage, environment: dict[str, str]) -> None:
        self.container = self.definition.add_container(
            "Scp",
            image=ecs.ContainerImage.from_docker_image_asset(image),
            environment=environment,
            user=USER,
            readonly_root_filesystem=True,
            linux_parameters=self._linux(),
            port_mappings=[
                ecs.PortMapping(container_port=config.dicom.port, name="dicom"),
                ecs.PortMapping(container_port=config.dicom.health_port, name="health"),
            ],
            health_check=ecs.HealthCheck(
                command=["CMD", "python", "-m", "dicom_scp.liveness"],
                interval=Duration.seconds(30),
                timeout=Duration.seconds(5),
                retries=3,
                start_period=Duration.seconds(10),
            ),
            stop_timeout=STOP_TIMEOUT,
            logging=self._logging("scp"),
        )
        self.container.add_mount_points(
            ecs.MountPoint(container_path="/tmp", source_volume="tmp", read_only=False)  # noqa: S108
        )

    def _linux(self) -> ecs.LinuxParameters:
        linux = ecs.LinuxParameters(self, "Linux", init_process_enabled=True)
        linux.drop_capabilities(ecs.Capability.ALL)
        return linux

    def _logging(self, prefix: str) -> ecs.LogDriver:
        # A stalled log service must not stall a C-STORE; what was stored is also in the instance registry.
        return ecs.LogDrivers.aws_logs(
            stream_prefix=prefix,
            log_group=self.log_group,
            mode=ecs.AwsLogDriverMode.NON_BLOCKING,
            max_buffer_size=LOG_BUFFER,
        )

    def _execution_identity(self, image: ScpImage) -> LeastPrivilegeRole:
        execution = LeastPrivilegeRole(
            self,
            "Execution",
            service="ecs-tasks.amazonaws.com",
            conditions=THIS_ACCOUNT,
            description="Starts the DICOM Store SCP: pulls its image, opens its log stream",
        )
        image.repository.grant_pull(execution.permissions)
        execution.allow("logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn])
        return execution

    def _task_identity(
        self, cluster: ecs.ICluster, keys: KeyExports, lake: LakeExports, imaging: ImagingExports
    ) -> LeastPrivilegeRole:
        """Put objects and look at them, answer storage commitment, protect itself while it is busy."""
        task = LeastPrivilegeRole(
            self,
            "Task",
            service="ecs-tasks.amazonaws.com",
            conditions=THIS_ACCOUNT,
            description="The DICOM Store SCP: stores instances, asks the instance registry",
        )
        # GetObject is what HeadObject is authorised as; nothing is listed and nothing is deleted.
        task.allow("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", on=[lake.dicom.arn_for_objects("*")])
        keys.imaging.grant(task.permissions, "kms:Decrypt", "kms:GenerateDataKey")
        task.allow("dynamodb:Query", on=[f"{imaging.instance_table.table_arn}/index/{SOP_INSTANCE_INDEX}"])
        task.allow(
            "ecs:GetTaskProtection",
            "ecs:UpdateTaskProtection",
            on=[
                Stack.of(self).format_arn(
                    service="ecs",
                    resource="task",
                    resource_name=f"{cluster.cluster_name}/*",
                    arn_format=ArnFormat.SLASH_RESOURCE_NAME,
                )
            ],
        )
        return task
