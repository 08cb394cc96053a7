"""Composition root: configuration -> stage -> validation. ``cdk deploy -c stage=dev '**'``."""

import aws_cdk as cdk

from healthcare_infra.compliance.packs import validate_with_packs
from healthcare_infra.config import ConfigError, load_stage
from healthcare_infra.stage import HealthcareStage

app = cdk.App()
context = app.node.try_get_context
try:
    config = load_stage(
        context("stage"),
        account=context("account"),
        region=context("region"),
        task_cpu=context("TASK_CPU"),
        task_memory_limit_mib=context("TASK_MEMORY_LIMIT_MIB"),
    )
    HealthcareStage(app, config.stage.capitalize(), config=config)
except ConfigError as error:
    raise SystemExit(f"Configuration: {error}") from None

validate_with_packs(app)
try:
    app.synth()
except RuntimeError as error:  # a finding, a cycle: the text says where, a traceback into CDK would hide it
    raise SystemExit(f"Synthesis: {error}") from None
