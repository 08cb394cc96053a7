"""What stacks give each other: typed bundles of constructs, never names or ARNs as strings.

The consumer opens the door: grants go to the consumer's own role, rules to the consumer's own stack. The other
direction makes dependency cycles.
"""

from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_healthimaging as healthimaging
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns


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
    """One customer-managed key per data domain."""

    imaging: kms.IKey
    """Instances, import results, the data store, the import tables."""
    messaging: kms.IKey
    """Queues and topics: references to data, never the data."""
    logs: kms.IKey
    """Log groups of the whole stage."""
    secrets: kms.IKey
    """Certificates and credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertExports:
    """Where alarms go."""

    topic: sns.ITopic


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeExports:
    """The buckets."""

    dicom: s3.IBucket
    """Received instances; sends EventBridge events."""
    results: s3.IBucket
    """What import jobs write."""
    access_logs: s3.IBucket
    """Server access logs of buckets and load balancers (SSE-S3, which their delivery demands)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingExports:
    """What the imaging import offers to the DICOM service and to later readers."""

    datastore: healthimaging.CfnDatastore
    instance_table: dynamodb.ITable
    job_table: dynamodb.ITable
