"""The keys of a stage: one per data domain, each open to exactly the services that must use it."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.keys.computing_key import ComputingKey
from healthcare_infra.constructs.keys.domain_key import DomainKey
from healthcare_infra.exports import KeyExports


class DomainKeys(Construct):
    """All customer-managed keys of the stage."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        imaging = DomainKey(
            self, "Imaging", config=config, domain="imaging", holds="DICOM instances, image sets, import records"
        )
        messaging = DomainKey(
            self, "Messaging", config=config, domain="messaging", holds="queues and topics, which hold references only"
        )
        logs = DomainKey(self, "Logs", config=config, domain="logs", holds="log groups")
        secrets = DomainKey(self, "Secrets", config=config, domain="secrets", holds="certificates and credentials")
        documents = DomainKey(
            self, "Documents", config=config, domain="documents", holds="documents, the document table, consent records"
        )
        audit = DomainKey(self, "Audit", config=config, domain="audit", holds="the audit trail")
        masking = ComputingKey(
            self,
            "Masking",
            config=config,
            purpose="masking",
            makes="HMACs from which pseudonyms and surrogates are derived",
            spec=kms.KeySpec.HMAC_256,
            usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
        )
        audit_signing = ComputingKey(
            self,
            "AuditSigning",
            config=config,
            purpose="audit-signing",
            makes="signatures under the checkpoints of the audit trail",
            spec=kms.KeySpec.ECC_NIST_P256,
            usage=kms.KeyUsage.SIGN_VERIFY,
        )
        self._let_services_in(logs=logs, messaging=messaging)
        self.exports = KeyExports(
            imaging=imaging.key,
            messaging=messaging.key,
            logs=logs.key,
            secrets=secrets.key,
            documents=documents.key,
            audit=audit.key,
            masking=masking.key,
            audit_signing=audit_signing.key,
        )

    def _let_services_in(self, *, logs: DomainKey, messaging: DomainKey) -> None:
        # CloudWatch Logs uses the key itself, bound to log groups of this account by its encryption context.
        logs.allow_service(
            f"logs.{Stack.of(self).region}.amazonaws.com",
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:DescribeKey",
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": Stack.of(self).format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name="*",
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    )
                }
            },
        )
        # Rules put object events on encrypted queues; alarms publish to the encrypted topic. A rule must not publish to
        # the topic: between EventBridge and SNS the key policy's source conditions are unsupported and nothing arrives.
        for service in ("events.amazonaws.com", "cloudwatch.amazonaws.com"):
            messaging.allow_service(service, "kms:GenerateDataKey", "kms:Decrypt", conditions=THIS_ACCOUNT)
