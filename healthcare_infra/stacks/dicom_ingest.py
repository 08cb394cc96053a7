"""DicomIngest: modalities send, a Fargate service stores (seed 002, network and compute layers)."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from healthcare_infra.constructs.dicom.alarms import IngestAlarms
from healthcare_infra.constructs.dicom.balancer import DicomBalancer
from healthcare_infra.constructs.dicom.scp_service import ScpService
from healthcare_infra.constructs.dicom.scp_task import ScpTask
from healthcare_infra.exports import Foundation, ImagingExports, LakeExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class DicomIngestStack(Stack):
    """Receives C-STORE and puts every instance into the DICOM bucket.

    Exports nothing. Consumes the buckets and the instance registry.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        lake: LakeExports,
        imaging: ImagingExports,
        **options: Unpack[StackOptions],
    ) -> None:
        super().__init__(scope, construct_id, **options)
        config, network = foundation.config, foundation.network
        cluster = ecs.Cluster(self, "Cluster", vpc=network.vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        task = ScpTask(self, "Task", config=config, cluster=cluster, keys=foundation.keys, lake=lake, imaging=imaging)
        balancer = DicomBalancer(self, "Balancer", config=config, network=network, access_logs=lake.access_logs)
        service = ScpService(self, "Scp", config=config, network=network, cluster=cluster, task=task, balancer=balancer)
        IngestAlarms(
            self,
            "Alarms",
            cluster=cluster,
            task=task,
            service=service,
            balancer=balancer,
            alerts=foundation.alerts.topic,
        )

        for name, value in {
            StackOutput.DICOM_ENDPOINT: balancer.endpoint,
            StackOutput.DICOM_PORT: str(config.dicom.port),
            StackOutput.DICOM_AE_TITLE: config.dicom.ae_title,
            StackOutput.DICOM_CLUSTER_NAME: cluster.cluster_name,
            StackOutput.DICOM_SERVICE_NAME: service.service.service_name,
        }.items():
            CfnOutput(self, name, value=value)
