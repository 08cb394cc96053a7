"""What stacks give each other: typed bundles of constructs, never names or ARNs as strings.

The consumer opens the door: grants go to the consumer's own role, rules to the consumer's own stack. The other
direction makes dependency cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_healthimaging as healthimaging
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

if TYPE_CHECKING:
    from healthcare_infra.config import StageConfig
    from healthcare_infra.constructs.database.consent_database import ConsentDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroups:
    """One security group per role; the flows between roles are declared where the groups are made."""

    dicom_balancer: ec2.ISecurityGroup
    dicom_service: ec2.ISecurityGroup
    functions: ec2.ISecurityGroup
    endpoints: ec2.ISecurityGroup
    ml: ec2.ISecurityGroup
    data: ec2.ISecurityGroup
    hpc: ec2.ISecurityGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkExports:
    """The VPC, its tiers and its roles."""

    vpc: ec2.IVpc
    public: ec2.SubnetSelection
    application: ec2.SubnetSelection
    ml: ec2.SubnetSelection
    data: ec2.SubnetSelection
    hpc: ec2.SubnetSelection
    security_groups: SecurityGroups


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyExports:
    """One customer-managed key per data domain, and the two keys that compute instead of encrypting."""

    imaging: kms.IKey
    """Instances, import results, the data store, the import tables."""
    messaging: kms.IKey
    """Queues and topics: references to data, never the data."""
    logs: kms.IKey
    """Log groups of the whole stage."""
    secrets: kms.IKey
    """Certificates and credentials."""
    documents: kms.IKey
    """Documents in every stage of their way, the document table, consent records."""
    audit: kms.IKey
    """The audit trail, in the table and in the locked bucket."""
    masking: kms.IKey
    """HMAC: pseudonyms, dates and surrogates are derived from it."""
    audit_signing: kms.IKey
    """ECDSA: signs the checkpoints of the audit trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertExports:
    """Where alarms go, and where the pipeline says that it held a document back."""

    topic: sns.ITopic
    """Alarms: what operators must mend."""
    critical: sns.ITopic
    """PHI that got past masking, an audit trail that is not sealed, held documents of the highest severity."""
    high: sns.ITopic
    medium: sns.ITopic


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What every workload of a stage stands on."""

    config: StageConfig
    network: NetworkExports
    keys: KeyExports
    alerts: AlertExports


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeExports:
    """The buckets."""

    dicom: s3.IBucket
    """Received instances; sends EventBridge events."""
    results: s3.IBucket
    """What import jobs write."""
    raw: s3.IBucket
    """Documents as they arrived; sends EventBridge events."""
    work: s3.IBucket
    """What one step extracted for the next; expires."""
    processed: s3.IBucket
    """Masked documents, and the analytics table below ``analytics/``."""
    quarantine: s3.IBucket
    """Documents that were held back."""
    audit: s3.IBucket
    """Checkpoints and segments of the audit trail; Object Lock keeps them."""
    access_logs: s3.IBucket
    """Server access logs of buckets and load balancers (SSE-S3, which their delivery demands)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingExports:
    """What the imaging import offers to the DICOM service and to later readers."""

    datastore: healthimaging.CfnDatastore
    instance_table: dynamodb.ITable
    job_table: dynamodb.ITable


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseExports:
    """The databases of the document pipeline."""

    consent: ConsentDatabase
    documents: dynamodb.ITable
    """Every document and where it is."""
    audit: dynamodb.ITable
    """The hash chains."""
