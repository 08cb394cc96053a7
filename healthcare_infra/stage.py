"""One environment: every stack of the platform, built and wired in the order in which it is deployed."""

from typing import Final

from aws_cdk import Environment, Stage
from constructs import Construct

from healthcare_infra.compliance.closed_services import refuse_closed_services
from healthcare_infra.config import StageConfig, StageName
from healthcare_infra.exports import Foundation
from healthcare_infra.stacks.consent import ConsentStack
from healthcare_infra.stacks.data_lake import DataLakeStack
from healthcare_infra.stacks.database import DatabaseStack
from healthcare_infra.stacks.dicom_ingest import DicomIngestStack
from healthcare_infra.stacks.imaging_import import ImagingImportStack
from healthcare_infra.stacks.network import NetworkStack
from healthcare_infra.stacks.options import StackOptions
from healthcare_infra.stacks.phi_pipeline import PhiPipelineStack
from healthcare_infra.stacks.security import SecurityStack

PROTECTED: Final = frozenset({StageName.STAGING, StageName.PRODUCTION})


class HealthcareStage(Stage):
    """The platform in one account and region. The only place where stacks meet."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id, env=Environment(account=config.account, region=config.region))
        self._config = config
        refuse_closed_services(self, existing_customer_of=config.existing_customer_of)

        security = SecurityStack(
            self, "Security", config=config, **self._options("security", "Keys per data domain, alert topics")
        )
        keys, alerts = security.keys, security.alerts
        network = NetworkStack(
            self,
            "Network",
            config=config,
            keys=keys,
            **self._options("network", "VPC, tiers, security groups, endpoints"),
        ).network
        lake = DataLakeStack(
            self, "DataLake", config=config, keys=keys, **self._options("data-lake", "Buckets for PHI")
        ).lake
        foundation = Foundation(config=config, network=network, keys=keys, alerts=alerts)

        imaging = ImagingImportStack(
            self,
            "ImagingImport",
            foundation=foundation,
            lake=lake,
            **self._options("imaging-import", "HealthImaging data store and import"),
        ).imaging
        DicomIngestStack(
            self,
            "DicomIngest",
            foundation=foundation,
            lake=lake,
            imaging=imaging,
            **self._options("dicom-ingest", "DICOM Store SCP"),
        )

        databases = DatabaseStack(
            self,
            "Database",
            foundation=foundation,
            **self._options("database", "Consent records, documents, audit trail"),
        ).databases
        ConsentStack(
            self,
            "Consent",
            foundation=foundation,
            databases=databases,
            **self._options("consent", "Consent API"),
        )
        PhiPipelineStack(
            self,
            "PhiPipeline",
            foundation=foundation,
            lake=lake,
            databases=databases,
            **self._options("phi-pipeline", "Document pipeline"),
        )

    def _options(self, name: str, description: str) -> StackOptions:
        config = self._config
        return StackOptions(
            env=Environment(account=config.account, region=config.region),
            stack_name=config.stack_name(name),
            description=f"Healthcare platform, {config.stage}: {description}",
            tags={"Platform": "healthcare", "Stage": config.stage},
            termination_protection=config.stage in PROTECTED,
        )
