"""Composition root: configuration -> stage -> validation. ``cdk deploy -c stage=dev``."""

import aws_cdk as cdk

from healthcare_infra.compliance.packs import validate_with_packs
from healthcare_infra.config import load_stage
from healthcare_infra.stage import HealthcareStage

app = cdk.App()
config = load_stage(
    app.node.try_get_context("stage"),
    account=app.node.try_get_context("account"),
    region=app.node.try_get_context("region"),
)
HealthcareStage(app, config.stage.capitalize(), config=config)
validate_with_packs(app)
app.synth()
