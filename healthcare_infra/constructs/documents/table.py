"""The table that says where every document is."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.storage.phi_table import PhiTable, number, text
from healthcare_runtime.contracts.documents import DOCUMENT_STATUS_INDEX, DocumentAttribute


class DocumentTable(Construct):
    """One item per object version that arrived; counters of submitters expire."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.table: dynamodb.Table = PhiTable(
            self,
            "Documents",
            config=config,
            key=key,
            partition=DocumentAttribute.DOCUMENT_ID,
            expires_by=DocumentAttribute.EXPIRES_AT,
            recovery="its content can be rebuilt from the versioned buckets and the audit trail.",
        ).table
        # What has not ended yet, oldest change first: the sweeper's question.
        self.table.add_global_secondary_index(
            index_name=DOCUMENT_STATUS_INDEX,
            partition_key=text(DocumentAttribute.STATUS),
            sort_key=number(DocumentAttribute.UPDATED_AT),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
