"""The rule packs: registered once, on the app; they walk every stage below it."""

from aws_cdk import App, Validations
from cdk_nag import HIPAASecurityChecks, NIST80053R5Checks


def validate_with_packs(app: App) -> None:
    """Make synthesis fail on a finding of HIPAA Security or NIST 800-53 r5 that nobody acknowledged."""
    Validations.of(app).add_plugins(HIPAASecurityChecks(app, verbose=True), NIST80053R5Checks(app, verbose=True))
