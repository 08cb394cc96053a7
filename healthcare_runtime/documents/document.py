"""A document as the platform knows it: what arrived, what each step found, where it is now. Never what it says."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, TypeAlias

from healthcare_runtime.contracts.documents import DocumentStatus, StepVerdict
from healthcare_runtime.dynamodb_item import number, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from healthcare_runtime.dynamodb_item import Item

Fact: TypeAlias = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One item of the document table. Times are epoch milliseconds; scores are thousandths."""

    document_id: str
    bucket: str
    object_key: str
    version_id: str
    size: int
    etag: str
    received_at: int
    updated_at: int
    status: DocumentStatus
    attempt: int = 0
    """How many executions have been started before the present one."""
    round: int = 0
    """How many decisions reviewers have taken."""
    reasons: tuple[str, ...] = ()
    last_event: str = ""
    """Where the trail keeps the document's last event, a :class:`.Witness`."""

    # ValidateInput
    patient: str = ""
    """``system|value``; empty: unknown."""
    purpose: str = ""
    jurisdiction: str = ""
    submitter: str = ""
    document_type: str = ""
    format: str = ""
    text_length: int = 0
    content_digest: str = ""

    # CheckConsent
    consent_basis: str = ""
    consent_versions: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()

    # DetectPhi
    detector_version: str = ""
    languages: tuple[str, ...] = ()
    entities: int = 0
    grey_entities: int = 0
    unknown_language_permille: int = 0

    # CheckCompliance, ScoreFraudRisk
    findings: tuple[str, ...] = ()
    policy_version: str = ""
    fraud_permille: int = 0
    fraud_reasons: tuple[str, ...] = ()

    # MaskAndStore, SendToAnalytics, Quarantine
    patient_pseudonym: str = ""
    masked_at: int = 0
    processed_key: str = ""
    manifest_key: str = ""
    analytics_key: str = ""
    quarantine_key: str = ""

    # SendAlert, ManualReview
    severity: str = ""
    alerted_round: int = -1
    task_token: str = ""
    decision: str = ""
    reviewer: str = ""
    spans_by_hand: int = 0
    """What reviewers asked to mask besides, in all rounds."""

    @property
    def is_released(self) -> bool:
        """Whether a reviewer decided that it may go on; Quarantine takes that back."""
        return self.decision in (StepVerdict.APPROVE, StepVerdict.MASK_MORE)

    @property
    def may_go_on(self) -> bool:
        """Whether a step may still work towards an outcome."""
        held = self.status is DocumentStatus.QUARANTINED and not self.is_released
        return not held and self.status not in (DocumentStatus.PROCESSED, DocumentStatus.REJECTED)


_FIELDS: Final = {field.name: field for field in fields(Document)}
ATTRIBUTES: Final = {
    name: "".join((head, *(part.capitalize() for part in rest)))
    for name in _FIELDS
    for head, *rest in [name.split("_")]
}
"""Field name -> attribute name: ``document_id`` -> ``documentId``."""

_TUPLES: Final = frozenset(name for name, field in _FIELDS.items() if str(field.type).startswith("tuple"))
_NUMBERS: Final = frozenset(name for name, field in _FIELDS.items() if field.type == "int")


def to_attribute(name: str, value: Fact) -> AttributeValueTypeDef:
    """The DynamoDB value of a fact. A tuple holds codes, which have no comma."""
    if name not in _FIELDS:
        raise KeyError(name)
    if isinstance(value, tuple):
        return text(",".join(value))
    return number(value) if isinstance(value, int) else text(value)


def read_document(item: Item) -> Document:
    """The document of an item; KeyError names an attribute that every document has and this one has not."""
    values: dict[str, object] = {}
    for name, attribute in ATTRIBUTES.items():
        if attribute not in item:
            continue
        value = item[attribute]
        if name in _NUMBERS:
            values[name] = int(value["N"])
        elif name in _TUPLES:
            values[name] = tuple(part for part in value["S"].split(",") if part)
        elif name == "status":
            values[name] = DocumentStatus(value["S"])
        else:
            values[name] = value["S"]
    missing = {name for name in ("document_id", "bucket", "object_key", "version_id", "status") if name not in values}
    if missing:
        raise KeyError(ATTRIBUTES[min(missing)])
    return Document(**values)  # type: ignore[arg-type]
