"""A key that computes and never encrypts: HMACs for pseudonyms, signatures for the audit trail."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig


class ComputingKey(Construct):
    """One HMAC or asymmetric key with an alias that tells stage and purpose.

    KMS rotates only symmetric encryption keys by itself. These carry a version in what they make: the masking key in
    its subkeys (``documents.masking_key_version``), the signing key in each checkpoint, beside its public key.
    Losing one is losing what it made, so it outlives its stack wherever data is real.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        purpose: str,
        makes: str,
        spec: kms.KeySpec,
        usage: kms.KeyUsage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{config.stage}: {makes}",
            alias=f"healthcare/{config.stage}/{purpose}",
            key_spec=spec,
            key_usage=usage,
            pending_window=Duration.days(7 if config.retention.destroy_with_stack else 30),
            removal_policy=config.retention.removal_policy,
        )
