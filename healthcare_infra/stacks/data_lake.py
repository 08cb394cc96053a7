"""DataLake: the buckets. Imaging's, those of a document's way, and the locked one of the audit trail."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access_log_bucket import AccessLogBucket
from healthcare_infra.constructs.document_lifecycle import audit_lock, work_lifecycle
from healthcare_infra.constructs.documents.malware_protection import MalwareProtection
from healthcare_infra.constructs.imaging_lifecycle import dicom_lifecycle, results_lifecycle
from healthcare_infra.constructs.phi_bucket import PhiBucket
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
        raw = PhiBucket(
            self,
            "Raw",
            config=config,
            key=keys.documents,
            access_logs=access_logs.bucket,
            recovery="The submitting system keeps its documents; another region holds none yet.",
            event_bridge=True,
        )
        if config.documents.malware_protection == "guardduty":
            MalwareProtection(self, "MalwareProtection", bucket=raw.bucket, key=keys.documents)
        work = PhiBucket(
            self,
            "Work",
            config=config,
            key=keys.documents,
            access_logs=access_logs.bucket,
            recovery="Extractions are made again from the raw document, and expire anyway.",
            lifecycle=work_lifecycle(config.documents),
        )
        processed = PhiBucket(
            self,
            "Processed",
            config=config,
            key=keys.documents,
            access_logs=access_logs.bucket,
            recovery="Masked documents are made again from the raw ones, with the same pseudonyms.",
        )
        quarantine = PhiBucket(
            self,
            "Quarantine",
            config=config,
            key=keys.documents,
            access_logs=access_logs.bucket,
            recovery="Held documents are copies of raw ones; another region holds none yet.",
        )
        audit = PhiBucket(
            self,
            "Audit",
            config=config,
            key=keys.audit,
            access_logs=access_logs.bucket,
            recovery="No version can be deleted before its lock ends, and the audit table holds the events too.",
            locked=audit_lock(config.audit),
        )
        self.lake = LakeExports(
            dicom=dicom.bucket,
            results=results.bucket,
            raw=raw.bucket,
            work=work.bucket,
            processed=processed.bucket,
            quarantine=quarantine.bucket,
            audit=audit.bucket,
            access_logs=access_logs.bucket,
        )

        for name, bucket in {
            StackOutput.DICOM_BUCKET_NAME: dicom,
            StackOutput.RESULTS_BUCKET_NAME: results,
            StackOutput.RAW_BUCKET_NAME: raw,
            StackOutput.WORK_BUCKET_NAME: work,
            StackOutput.PROCESSED_BUCKET_NAME: processed,
            StackOutput.QUARANTINE_BUCKET_NAME: quarantine,
            StackOutput.AUDIT_BUCKET_NAME: audit,
        }.items():
            CfnOutput(self, name, value=bucket.bucket.bucket_name)
