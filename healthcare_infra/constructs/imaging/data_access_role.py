"""The role in which HealthImaging reads the instances of a job and writes its results."""

from aws_cdk import Aws
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.imaging.datastore import ImagingDatastore
from healthcare_infra.exports import LakeExports


class DataAccessRole(Construct):
    """Read the DICOM bucket, write the results bucket, nothing else.

    The trust policy names this account and this data store (HealthImaging developer guide, cross-service confused
    deputy prevention).
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, datastore: ImagingDatastore, lake: LakeExports, key: kms.IKey
    ) -> None:
        super().__init__(scope, construct_id)
        identity = LeastPrivilegeRole(
            self,
            "Identity",
            service="medical-imaging.amazonaws.com",
            description="HealthImaging import jobs: read instances, write results",
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnEquals": {"aws:SourceArn": datastore.arn},
            },
        )
        identity.allow("s3:ListBucket", on=[lake.dicom.bucket_arn, lake.results.bucket_arn])
        identity.allow("s3:GetObject", on=[lake.dicom.arn_for_objects("*")])
        identity.allow("s3:PutObject", on=[lake.results.arn_for_objects("*")])
        key.grant(identity.permissions, "kms:Decrypt", "kms:GenerateDataKey")
        self.arn = identity.arn
