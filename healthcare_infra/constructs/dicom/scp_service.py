"""The SCP as a service: how many tasks, how they are replaced, when there are more (seed 002, scalability)."""

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.dicom.balancer import DicomBalancer
from healthcare_infra.constructs.dicom.scp_task import ScpTask
from healthcare_infra.exports import NetworkExports


class ScpService(Construct):
    """Fargate tasks in the application subnets, behind the balancer, scaled on CPU.

    While it serves associations a task protects itself from scale-in; a deployment that does not become healthy
    rolls back by itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        network: NetworkExports,
        cluster: ecs.ICluster,
        task: ScpTask,
        balancer: DicomBalancer,
    ) -> None:
        super().__init__(scope, construct_id)
        dicom = config.dicom
        # No desired count: every deployment would reset what scaling has set.
        self.service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task.definition,
            platform_version=ecs.FargatePlatformVersion.LATEST,
            vpc_subnets=network.application,
            security_groups=[network.security_groups.dicom_service],
            assign_public_ip=False,
            enable_execute_command=False,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            min_healthy_percent=100,
            max_healthy_percent=200,
            health_check_grace_period=Duration.seconds(60),
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
        )
        self.service.attach_to_network_target_group(balancer.targets)
        self.service.node.add_dependency(balancer.balancer)
        cooldown = Duration.seconds(dicom.scaling_cooldown_seconds)
        self.service.auto_scale_task_count(
            min_capacity=dicom.minimum_tasks, max_capacity=dicom.maximum_tasks
        ).scale_on_cpu_utilization(
            "Cpu",
            target_utilization_percent=dicom.cpu_target_percent,
            scale_in_cooldown=cooldown,
            scale_out_cooldown=cooldown,
        )
