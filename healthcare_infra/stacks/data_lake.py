"""DataLake: the buckets. Imaging's first; raw, processed, quarantine and audit are further ``PhiBucket`` lines."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access_log_bucket import AccessLogBucket
from healthcare_infra.constructs.imaging_lifecycle import dicom_lifecycle, results_lifecycle
from healthcare_infra.constructs.phi_bucket import PhiBucket
from healthcare_infra.exports import KeyExports, LakeExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts import StackOutput


class DataLakeStack(Stack):
    """Makes the buckets. Exports them; consumes the keys."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        keys: KeyExports,
        **options: Unpack[StackOptions],
    ) -> None:
        super().__init__(scope, construct_id, **options)
        access_logs = AccessLogBucket(self, "AccessLogs", config=config)
        dicom = PhiBucket(
            self,
            "Dicom",
            config=config,
            key=keys.imaging,
            access_logs=access_logs.bucket,
            recovery="HealthImaging holds every imported instance a second time; another region holds none yet.",
            lifecycle=dicom_lifecycle(config.retention),
            event_bridge=True,
        )
        results = PhiBucket(
            self,
            "Results",
            config=config,
            key=keys.imaging,
            access_logs=access_logs.bucket,
            recovery="Outcomes are in the instance registry too; another region holds none yet.",
            lifecycle=results_lifecycle(config.retention),
        )
        self.lake = LakeExports(dicom=dicom.bucket, results=results.bucket, access_logs=access_logs.bucket)

        CfnOutput(self, StackOutput.DICOM_BUCKET_NAME, value=dicom.bucket.bucket_name)
        CfnOutput(self, StackOutput.RESULTS_BUCKET_NAME, value=results.bucket.bucket_name)
