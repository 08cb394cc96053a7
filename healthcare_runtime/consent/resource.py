"""Reads a FHIR R4 (4.0.1) Consent: every element by its type, the required bindings and invariants of the resource.

The reader is our own and small: the general model of FHIR at hand accepts a status ``foo``, a provision type ``maybe``
and a script in the narrative. What is not understood and could change the meaning is refused (implicitRules,
modifierExtension); what may be ignored is checked for its form and kept.
"""

import json
from collections.abc import Mapping
from typing import Final, cast

from healthcare_runtime.consent.codes import CONFIDENTIALITY
from healthcare_runtime.consent.faults import ConsentFaultError
from healthcare_runtime.consent.narrative import check_narrative
from healthcare_runtime.consent.patient import PatientKey, PatientReferenceError, identifier_key, patient_key
from healthcare_runtime.consent.reader import Element, Members
from healthcare_runtime.consent.record import (
    Coding,
    ConsentRecord,
    ConsentStatus,
    Provision,
    ProvisionActor,
    ProvisionType,
)
from healthcare_runtime.consent.strict_json import Json, read_object

MAXIMUM_RULE_DEPTH: Final = 8
MAXIMUM_RULES: Final = 500

_NAMES: Final = (
    "resourceType", "meta", "implicitRules", "language", "text", "contained", "identifier", "status", "scope",
    "category", "patient", "dateTime", "performer", "organization", "sourceAttachment", "sourceReference", "policy",
    "policyRule", "verification", "provision", "modifierExtension",
)  # fmt: skip
_RULE_NAMES: Final = (
    "type", "period", "actor", "action", "securityLabel", "purpose", "class", "code", "dataPeriod", "data",
    "provision", "modifierExtension",
)  # fmt: skip
_DATA_MEANINGS: Final = ("instance", "related", "dependents", "authoredby")


def parse_consent(resource: bytes | Mapping[str, object]) -> ConsentRecord:
    """Read a Consent; the version is that of its ``meta.versionId`` where it has a number there, else 0.

    Raises
    ------
    ConsentFaultError
        It is no R4 Consent. The text names the path and the rule, and quotes nothing.
    """
    if not isinstance(resource, bytes):
        try:
            resource = json.dumps(resource, ensure_ascii=False, allow_nan=False).encode("utf-8")
        except (TypeError, ValueError, RecursionError) as error:
            raise ConsentFaultError("", "must be JSON in UTF-8") from error
    text, value = read_object(resource)
    return _consent(Element(value, "Consent"), text)


def _consent(element: Element, text: str) -> ConsentRecord:
    value = cast("dict[str, Json]", element.value)
    if value.get("resourceType") != "Consent":
        raise ConsentFaultError("Consent.resourceType", "must be Consent")
    if "implicitRules" in value:
        raise ConsentFaultError("Consent.implicitRules", "is not understood, and could change the meaning")
    members = element.members(*_NAMES, backbone=True)
    _check_the_rest(members)
    policies = members.each("policy", _policy)
    policy_rule = members.optional("policyRule", Element.concept)
    if not policies and policy_rule is None:
        raise ConsentFaultError("Consent", "must have policy or policyRule (ppc-1)")
    identifiers = members.each("identifier", Element.identifier)
    rules = _RuleReader()
    return ConsentRecord(
        consent_id=members.optional("id", Element.identity) or "",
        version=members.optional("meta", _meta) or 0,
        status=ConsentStatus(members.required("status", lambda found: found.one_of(tuple(ConsentStatus)))),
        scopes=members.required("scope", _scopes),
        patients=members.required("patient", _patients),
        date_time=members.optional("dateTime", Element.date_time),
        organizations=frozenset(found for found in members.each("organization", Element.reference) if found),
        policy_rule=frozenset(policy_rule.codings if policy_rule is not None else ()),
        document=next(("|".join(found) for found in identifiers if all(found)), ""),
        provision=members.optional("provision", rules.root),
        original=text,
    )


def _scopes(element: Element) -> frozenset[Coding]:
    codings = element.concept().codings
    if not codings:
        Element(None, f"{element.path}.coding").refuse("must have a code: words do not tell what the consent is about")
    return frozenset(codings)


def _check_the_rest(members: Members) -> None:
    """What the decision does not need, and a resource must have right all the same."""
    if not members.each("category", Element.concept):
        raise ConsentFaultError("Consent.category", "is required")
    members.optional("language", Element.code)
    members.optional("text", check_narrative)
    members.each("contained", _contained)
    members.each("performer", Element.reference)
    if "sourceAttachment" in members and "sourceReference" in members:
        raise ConsentFaultError("Consent.source[x]", "must be there at most once")
    members.optional("sourceAttachment", _attachment)
    members.optional("sourceReference", Element.reference)
    members.each("verification", _verification)


def _meta(element: Element) -> int:
    members = element.members("versionId", "lastUpdated", "source", "profile", "security", "tag")
    version = members.optional("versionId", Element.identity) or ""
    members.optional("lastUpdated", Element.instant)
    members.optional("source", Element.uri)
    members.each("profile", Element.uri)
    members.each("security", Element.coding)
    members.each("tag", Element.coding)
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0


def _contained(element: Element) -> None:
    if not isinstance(element.value, dict):
        element.refuse("must be an object")
    Members(element.value, element.path).required("resourceType", Element.code)
    Members(element.value, element.path).required("id", Element.identity)


def _patients(element: Element) -> frozenset[PatientKey]:
    """Every key of the patient: a consent must be found by whichever the asker knows."""
    element.reference()  # its form
    value = cast("Mapping[str, Json]", element.value)
    found: set[PatientKey] = set()
    try:
        if "reference" in value:
            found.add(patient_key(str(value["reference"])))
    except PatientReferenceError:
        raise ConsentFaultError(f"{element.path}.reference", "must be Patient/{id}") from None
    try:
        if "identifier" in value:
            found.add(identifier_key(*Element(value["identifier"], f"{element.path}.identifier").identifier()))
    except PatientReferenceError:
        raise ConsentFaultError(f"{element.path}.identifier", "must have a value and a system (URL or URN)") from None
    if not found:
        element.refuse("must have a reference or an identifier")
    return frozenset(found)


def _policy(element: Element) -> None:
    members = element.members("authority", "uri", backbone=True)
    if members.optional("authority", Element.uri) is None and members.optional("uri", Element.uri) is None:
        element.refuse("must have authority or uri")
    members.optional("uri", Element.uri)


def _attachment(element: Element) -> None:
    members = element.members("contentType", "language", "data", "url", "size", "hash", "title", "creation")
    content_type = members.optional("contentType", Element.code)
    members.optional("language", Element.code)
    members.optional("url", Element.uri)
    members.optional("title", Element.string)
    members.optional("size", Element.unsigned)
    members.optional("creation", Element.date_time)
    for name in ("data", "hash"):
        members.optional(name, Element.base64)
    if "data" in members and content_type is None:
        element.refuse("must have a contentType beside data (att-1)")


def _verification(element: Element) -> None:
    members = element.members("verified", "verifiedWith", "verificationDate", backbone=True)
    members.required("verified", Element.boolean)
    members.optional("verifiedWith", Element.reference)
    members.optional("verificationDate", Element.date_time)


class _RuleReader:
    """Reads provisions, and counts them."""

    def __init__(self) -> None:
        self._read = 0

    def root(self, element: Element) -> Provision:
        """The root rule: R4 allows no type there, yet many systems write one; it is read as the base."""
        return self._rule(element, depth=1)

    def _rule(self, element: Element, *, depth: int) -> Provision:
        self._read += 1
        if depth > MAXIMUM_RULE_DEPTH or self._read > MAXIMUM_RULES:
            element.refuse(f"must be nested at most {MAXIMUM_RULE_DEPTH} deep, {MAXIMUM_RULES} provisions in all")
        members = element.members(*_RULE_NAMES, backbone=True)
        read_type = members.optional if depth == 1 else members.required
        return Provision(
            type=cast("ProvisionType | None", read_type("type", lambda found: found.one_of(("deny", "permit")))),
            period=members.optional("period", Element.period),
            actors=members.each("actor", _actor),
            actions=members.each("action", Element.concept),
            labels=members.each("securityLabel", _label),
            purposes=members.each("purpose", Element.required_coding),
            classes=members.each("class", Element.required_coding),
            codes=members.each("code", Element.concept),
            data_period=members.optional("dataPeriod", Element.period),
            data=members.each("data", _data),
            provisions=members.each("provision", lambda found: self._rule(found, depth=depth + 1)),
        )


def _label(element: Element) -> Coding:
    found = element.required_coding()
    if not found.system and found.code in ("U", "L", "M", "N", "R", "V"):
        return Coding(CONFIDENTIALITY, found.code)
    return found


def _actor(element: Element) -> ProvisionActor:
    members = element.members("role", "reference", backbone=True)
    reference = members.required("reference", Element.reference)
    if not reference:
        Element(None, f"{element.path}.reference").refuse("must have a reference or an identifier")
    return ProvisionActor(members.required("role", Element.concept), reference)


def _data(element: Element) -> str:
    members = element.members("meaning", "reference", backbone=True)
    members.required("meaning", lambda found: found.one_of(_DATA_MEANINGS))
    reference = members.required("reference", Element.reference)
    if not reference:
        Element(None, f"{element.path}.reference").refuse("must have a reference or an identifier")
    return reference
