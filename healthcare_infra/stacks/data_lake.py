"""DataLake: the buckets. Imaging's, those of a document's way, and the locked one of the audit trail."""

from functools import partial
from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.storage.access_log_bucket import AccessLogBucket
from healthcare_infra.constructs.storage.lifecycle import audit_lock, dicom_lifecycle, results_lifecycle, work_lifecycle
from healthcare_infra.constructs.storage.malware_protection import MalwareProtection
from healthcare_infra.constructs.storage.phi_bucket import PhiBucket
from healthcare_infra.exports import KeyExports, LakeExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


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
        bucket = partial(PhiBucket, self, config=config, access_logs=access_logs.bucket)
        self.lake = LakeExports(
            dicom=bucket(
                "Dicom",
                key=keys.imaging,
                lifecycle=dicom_lifecycle(config.retention),
                event_bridge=True,
                recovery="HealthImaging holds every imported instance a second time; another region holds none yet.",
            ).bucket,
            results=bucket(
                "Results",
                key=keys.imaging,
                lifecycle=results_lifecycle(config.retention),
                recovery="Outcomes are in the instance registry too; another region holds none yet.",
            ).bucket,
            raw=bucket(
                "Raw",
                key=keys.documents,
                event_bridge=True,
                recovery="The submitting system keeps its documents; another region holds none yet.",
            ).bucket,
            work=bucket(
                "Work",
                key=keys.documents,
                lifecycle=work_lifecycle(config.documents),
                recovery="Extractions are made again from the raw document, and expire anyway.",
            ).bucket,
            processed=bucket(
                "Processed",
                key=keys.documents,
                recovery="Masked documents are made again from the raw ones, with the same pseudonyms.",
            ).bucket,
            quarantine=bucket(
                "Quarantine",
                key=keys.documents,
                recovery="Held documents are copies of raw ones; another region holds none yet.",
            ).bucket,
            audit=bucket(
                "Audit",
                key=keys.audit,
                locked=audit_lock(config.audit),
                recovery="No version can be deleted before its lock ends, and the audit table holds the events too.",
            ).bucket,
            access_logs=access_logs.bucket,
        )
        if config.documents.malware_protection == "guardduty":
            MalwareProtection(self, "MalwareProtection", bucket=self.lake.raw, key=keys.documents)

        for name, made in {
            StackOutput.DICOM_BUCKET_NAME: self.lake.dicom,
            StackOutput.RESULTS_BUCKET_NAME: self.lake.results,
            StackOutput.RAW_BUCKET_NAME: self.lake.raw,
            StackOutput.WORK_BUCKET_NAME: self.lake.work,
            StackOutput.PROCESSED_BUCKET_NAME: self.lake.processed,
            StackOutput.QUARANTINE_BUCKET_NAME: self.lake.quarantine,
            StackOutput.AUDIT_BUCKET_NAME: self.lake.audit,
        }.items():
            CfnOutput(self, name, value=made.bucket_name)
