"""The analytics table: masked documents as Parquet, found by date without a crawler (seed 004, step 6)."""

from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_runtime.contracts.documents import ANALYTICS_PREFIX

TABLE: Final = "documents"
PARTITION: Final = "ingest_date"
# What healthcare_runtime.documents.steps.send_to_analytics writes; no column holds what identifies a patient.
COLUMNS: Final = {
    "document_id": "string",
    "patient_pseudonym": "string",
    "document_type": "string",
    "language": "string",
    "received_at": "timestamp",
    "masked_text": "string",
    "profile": "string",
    "entities": "int",
    "sha256": "string",
}


class AnalyticsTable(Construct):
    """A database and a table of the Glue catalog over the processed bucket.

    Partition projection: a query computes its partitions from the dates that it asks for, so a row can be read as soon
    as it is written.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, processed: s3.IBucket) -> None:
        super().__init__(scope, construct_id)
        location = f"s3://{processed.bucket_name}/{ANALYTICS_PREFIX}"
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=f"healthcare_{config.stage}_analytics", description="Masked documents"
            ),
        )
        self.table = glue.CfnTable(
            self,
            "Documents",
            catalog_id=Aws.ACCOUNT_ID,
            database_name=database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name=TABLE,
                description="One row for each masked document",
                table_type="EXTERNAL_TABLE",
                partition_keys=[glue.CfnTable.ColumnProperty(name=PARTITION, type="string")],
                parameters={
                    "classification": "parquet",
                    "projection.enabled": "true",
                    f"projection.{PARTITION}.type": "date",
                    f"projection.{PARTITION}.format": "yyyy-MM-dd",
                    f"projection.{PARTITION}.range": "2025-01-01,NOW+1DAYS",
                    f"projection.{PARTITION}.interval": "1",
                    f"projection.{PARTITION}.interval.unit": "DAYS",
                    "storage.location.template": f"{location}{PARTITION}=${{{PARTITION}}}/",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=location,
                    columns=[glue.CfnTable.ColumnProperty(name=name, type=kind) for name, kind in COLUMNS.items()],
                    input_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                    output_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library="org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
                    ),
                ),
            ),
        )
        self.name = f"{database.ref}.{self.table.ref}"
