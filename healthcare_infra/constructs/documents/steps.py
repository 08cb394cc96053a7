"""The functions behind the states of the document pipeline, each with its part of the environment and no more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_iam as iam
from constructs import Construct

from healthcare_infra.constructs.documents import permissions as permit
from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_infra.constructs.functions.function_package import FunctionPackage
from healthcare_infra.constructs.functions.function_plan import FunctionPlan
from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_runtime.contracts.documents import DocumentState, DocumentVariable

_V: Final = DocumentVariable
Grant = Callable[[iam.ManagedPolicy, DocumentResources], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan(FunctionPlan):
    """What a function of the pipeline may, and what it is told."""

    allow: Grant
    variables: tuple[DocumentVariable, ...] = ()
    asks_consent: bool = False


PLANS: Final = {
    DocumentState.VALIDATE_INPUT: StepPlan(
        module="lambdas.phi_pipeline.validate_input",
        does="Decides by content what arrived, and extracts its text",
        allow=permit.allow_validate,
        variables=(_V.RAW_BUCKET, _V.WORK_BUCKET, _V.MAXIMUM_DOCUMENT_BYTES, _V.MALWARE_PROTECTION),
        package=FunctionPackage.LIGHT_IMAGE,
        seconds=300,
        memory_mib=2048,  # a PDF of 20 MB opens to many times its size
        concurrency=10,
    ),
    DocumentState.CHECK_CONSENT: StepPlan(
        module="lambdas.phi_pipeline.check_consent",
        does="Asks whether the patient's consents permit this use",
        allow=permit.allow_consent,
        variables=(_V.PURPOSE_OF_USE, _V.RECIPIENT),
        asks_consent=True,
        package=FunctionPackage.LIGHT_IMAGE,
        concurrency=10,
    ),
    DocumentState.DETECT_PHI: StepPlan(
        module="lambdas.phi_pipeline.detect_phi",
        does="Finds what identifies people, in English and Japanese",
        allow=permit.allow_detect,
        variables=(_V.WORK_BUCKET, _V.COMPREHEND_MEDICAL),
        package=FunctionPackage.DETECTOR_IMAGE,
        seconds=300,
        memory_mib=3008,
        concurrency=10,
    ),
    DocumentState.CHECK_COMPLIANCE: StepPlan(
        module="lambdas.phi_pipeline.check_compliance",
        does="Applies the rules of law and of data quality",
        allow=permit.allow_compliance,
        variables=(_V.WORK_BUCKET, _V.RETENTION_YEARS, _V.MASKING_PROFILE),
    ),
    DocumentState.SCORE_FRAUD_RISK: StepPlan(
        module="lambdas.phi_pipeline.score_fraud_risk",
        does="Scores how unusual the arrival is",
        allow=permit.allow_score,
        variables=(_V.WORK_BUCKET, _V.FRAUD_ENDPOINT_NAME, _V.FRAUD_THRESHOLD),
        seconds=120,
    ),
    DocumentState.MASK_AND_STORE: StepPlan(
        module="lambdas.phi_pipeline.mask_and_store",
        does="Masks, looks at its own output, and stores it",
        allow=permit.allow_mask,
        variables=(
            _V.WORK_BUCKET,
            _V.PROCESSED_BUCKET,
            _V.COMPREHEND_MEDICAL,
            _V.PURPOSE_OF_USE,
            _V.RECIPIENT,
            _V.MASKING_PROFILE,
            _V.MASKING_KEY_ID,
            _V.MASKING_KEY_VERSION,
        ),
        asks_consent=True,
        package=FunctionPackage.DETECTOR_IMAGE,
        seconds=300,
        memory_mib=3008,
        concurrency=10,
    ),
    DocumentState.SEND_TO_ANALYTICS: StepPlan(
        module="lambdas.phi_pipeline.send_to_analytics",
        does="Adds the masked document to the analytics table",
        allow=permit.allow_analytics,
        variables=(_V.PROCESSED_BUCKET, _V.QUARANTINE_BUCKET),
        package=FunctionPackage.LIGHT_IMAGE,
        memory_mib=1024,
    ),
    DocumentState.QUARANTINE: StepPlan(
        module="lambdas.phi_pipeline.quarantine",
        does="Keeps what cannot go on, and withdraws what had gone on",
        allow=permit.allow_quarantine,
        variables=(_V.RAW_BUCKET, _V.QUARANTINE_BUCKET, _V.PROCESSED_BUCKET),
    ),
    DocumentState.SEND_ALERT: StepPlan(
        module="lambdas.phi_pipeline.send_alert",
        does="Tells the topic of the document's severity",
        allow=permit.allow_alert,
        variables=(_V.CRITICAL_TOPIC_ARN, _V.HIGH_TOPIC_ARN, _V.MEDIUM_TOPIC_ARN),
    ),
    DocumentState.MANUAL_REVIEW: StepPlan(
        module="lambdas.phi_pipeline.request_review",
        does="Keeps the task token until a reviewer decides",
        allow=permit.allow_review,
    ),
    DocumentState.REJECT: StepPlan(
        module="lambdas.phi_pipeline.reject",
        does="Ends a document that cannot or must not be used",
        allow=permit.allow_reject,
        variables=(_V.WORK_BUCKET, _V.QUARANTINE_BUCKET),
    ),
}


class DocumentSteps(Construct):
    """One function per plan; each may run twice, at any time, after its effect."""

    def __init__(self, scope: Construct, construct_id: str, *, resources: DocumentResources) -> None:
        super().__init__(scope, construct_id)
        self.functions = {
            state: document_function(self, state, plan=plan, resources=resources) for state, plan in PLANS.items()
        }
        for function in self.functions.values():
            permit.allow_facts(function.permissions, resources)


def document_function(
    scope: Construct, construct_id: str, *, plan: StepPlan, resources: DocumentResources
) -> RuntimeFunction:
    """A function of the pipeline, with what every one of them may do and what its plan adds."""
    environment = resources.environment(*plan.variables)
    if plan.asks_consent:
        environment |= resources.databases.consent.environment(permit.CONSENT_READER)
    function = RuntimeFunction(
        scope,
        construct_id,
        foundation=resources.foundation,
        plan=plan,
        environment_key=resources.keys.documents,
        environment=environment,
    )
    permit.allow_every(function.permissions, resources)
    plan.allow(function.permissions, resources)
    return function
