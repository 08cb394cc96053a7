"""Alarms of the SCP: each says what happened and what to do."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.constructs.dicom.balancer import DicomBalancer
from healthcare_infra.constructs.dicom.scp_service import ScpService
from healthcare_infra.constructs.dicom.scp_task import ScpTask
from healthcare_infra.constructs.observability.metrics import count_lines
from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric

_MINUTE: Final = Duration.minutes(1)


class IngestAlarms(Construct):
    """The alarms on tasks, targets and refused instances."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: ecs.ICluster,
        task: ScpTask,
        service: ScpService,
        balancer: DicomBalancer,
        alerts: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._watch_tasks(cluster, service, alerts)
        self._watch_targets(balancer, alerts)
        self._watch_answers(task, alerts)

    def _watch_tasks(self, cluster: ecs.ICluster, service: ScpService, alerts: sns.ITopic) -> None:
        OperatorAlarm(
            self,
            "NoTask",
            metric=cloudwatch.Metric(
                namespace="ECS/ContainerInsights",
                metric_name="RunningTaskCount",
                dimensions_map={
                    "ClusterName": cluster.cluster_name,
                    "ServiceName": service.service.service_name,
                },
                statistic="Minimum",
                period=_MINUTE,
            ),
            tells=alerts,
            below=1,
            periods=3,
            text="No task of the DICOM Store SCP runs: modalities cannot send, and queue. Read the service's events"
            " for why tasks stop (image, secret, configuration), then the last lines of its log.",
        )

    def _watch_targets(self, balancer: DicomBalancer, alerts: sns.ITopic) -> None:
        OperatorAlarm(
            self,
            "NoHealthyTarget",
            metric=balancer.targets.metrics.healthy_host_count(statistic="Minimum", period=_MINUTE),
            tells=alerts,
            below=1,
            periods=2,
            text="No task is ready behind the load balancer: modalities cannot send. /ready says no while S3 or its"
            " key cannot be reached, while memory is full, and while a task drains: see the SCP's log.",
        )
        OperatorAlarm(
            self,
            "UnhealthyTarget",
            metric=balancer.targets.metrics.un_healthy_host_count(statistic="Maximum", period=_MINUTE),
            tells=alerts,
            periods=5,
            text="A task has not been ready for five minutes while others serve. If it does not recover, stop it:"
            " the service starts another. Its log tells which dependency it misses.",
        )

    def _watch_answers(self, task: ScpTask, alerts: sns.ITopic) -> None:
        OperatorAlarm(
            self,
            "InstancesRefused",
            metric=count_lines(
                self,
                "Refused",
                of=task.log_group,
                event="instance_refused",
                namespace=IMAGING_NAMESPACE,
                metric=ImagingMetric.INSTANCES_REFUSED,
                period=Duration.minutes(5),
            ),
            tells=alerts,
            text="Instances were answered with a failure status, so their senders still hold them. The log line"
            " instance_refused gives AE title and status: 0xA7xx is the store or memory, 0xA9xx and 0xCxxx are data"
            " that the sender must correct.",
        )
