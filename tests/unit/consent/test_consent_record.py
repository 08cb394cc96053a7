# ruff: noqa: E501  (a table: one line a case)
"""FHIR R4 Consent, read: what is refused is named by its path, and nothing is quoted."""

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthcare_runtime.consent.codes import CONFIDENTIALITY
from healthcare_runtime.consent.faults import ConsentFaultError
from healthcare_runtime.consent.patient import PatientReferenceError, identifier_key, patient_key
from healthcare_runtime.consent.record import Coding, ConsentStatus
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.consent.resource_text import stored_form
from tests.unit.consent.consent_cases import ANALYTICS, HIV, as_bytes, resource, rule

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def full() -> dict[str, Any]:
    """A Consent with every element that R4 gives it."""
    found = resource(
        rule(
            None,
            rule("deny", purpose="HMARKT", actor=ANALYTICS, action="disclose", label=HIV, during="2026-01-01/"),
            rule("permit", rule("deny", data="Observation/1", data_during="2020/2021")),
            during="2026-01-01/2026-12-31",
        ),
        form="F-1",
        organization="Organization/clinic",
    )
    return {
        **found,
        "id": "c-1",
        "meta": {"versionId": "7", "lastUpdated": "2026-01-10T10:00:00Z", "profile": ["urn:x"]},
        "language": "ja",
        "text": {"status": "generated", "div": DIV.format("<p>同意 <b>yes</b></p>")},
        "extension": [{"url": "urn:x", "valueDecimal": 7.5}],
        "performer": [{"reference": "Patient/p"}],
        "sourceAttachment": {"contentType": "application/pdf", "data": "QUJD", "title": "scan"},
        "policy": [{"authority": "https://example.org", "uri": "https://example.org/policy"}],
        "verification": [{"verified": True, "verificationDate": "2026-01-10"}],
        "_dateTime": {"extension": [{"url": "urn:y", "valueString": "by hand"}]},
    }


def changed(path: str, value: Any) -> dict[str, Any]:
    """``full()`` with the element at a path of names and numbers replaced, or removed when the value is ``...``."""
    found: Any = full()
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target = found
    for part in way:
        target = target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return dict(found)


def refusal(content: bytes | dict[str, Any]) -> str:
    with pytest.raises(ConsentFaultError) as refused:
        parse_consent(content if isinstance(content, bytes) else as_bytes(content))
    return str(refused.value)


def test_given_a_consent_with_every_element_when_read_then_it_is_understood() -> None:
    sent = as_bytes(full())
    record = parse_consent(sent)
    assert (record.consent_id, record.version, record.status) == ("c-1", 7, ConsentStatus.ACTIVE)
    assert record.original.encode() == sent
    assert record.document == "urn:oid:1.2.3.9|F-1"
    assert record.recipients == {ANALYTICS}
    assert record.provision is not None
    assert [one.type for one in record.provision.walk()] == [None, "permit", "deny", "deny"]


REFUSED = [
    ("status", ..., "Consent.status: is required"),
    ("status", "foo", "Consent.status: must be draft, proposed, active, rejected, inactive or entered-in-error"),
    ("status", None, "Consent.status: must not be null"),
    ("scope", ..., "Consent.scope: is required"),
    ("scope", {"text": "privacy"}, "Consent.scope.coding: must have a code: words do not tell what the consent is about"),
    ("category", ..., "Consent.category: is required"),
    ("category", [], "Consent.category: must have from 1 to 1000 items"),
    ("patient", ..., "Consent.patient: is required"),
    ("patient", {"display": "Hanako"}, "Consent.patient: must have a reference or an identifier"),
    ("patient", {"reference": "Group/1"}, "Consent.patient.reference: must be Patient/{id}"),
    ("patient", {"reference": "http://other.example/Patient/1"}, "Consent.patient.reference: must be Patient/{id}"),
    ("patient", {"identifier": {"value": "1"}}, "Consent.patient.identifier: must have a value and a system (URL or URN)"),
    ("id", "a/b", "Consent.id: must be an id: 1 to 64 letters, digits, hyphens and dots"),
    ("id", "a" * 65, "Consent.id: must be an id: 1 to 64 letters, digits, hyphens and dots"),
    ("dateTime", "2020-02-30", "Consent.dateTime: must be a FHIR dateTime that exists; one with a time has seconds and a zone"),
    ("dateTime", "2020-02-03T10:00:00", "Consent.dateTime: must be a FHIR dateTime that exists; one with a time has seconds and a zone"),
    ("dateTime", "2020-02-03T10:00Z", "Consent.dateTime: must be a FHIR dateTime that exists; one with a time has seconds and a zone"),
    ("dateTime", "2020-2-3", "Consent.dateTime: must be a FHIR dateTime that exists; one with a time has seconds and a zone"),
    ("dateTime", "2020-02-03T10:00:00+15:00", "Consent.dateTime: must be a FHIR dateTime that exists; one with a time has seconds and a zone"),
    ("dateTime", 2020, "Consent.dateTime: must be a text that is not empty"),
    ("implicitRules", "urn:x", "Consent.implicitRules: is not understood, and could change the meaning"),
    ("modifierExtension", [{"url": "urn:x", "valueBoolean": True}], "Consent.modifierExtension: is not understood, and could change the meaning"),
    ("provision.modifierExtension", [{"url": "urn:x", "valueBoolean": True}], "Consent.provision.modifierExtension: is not understood, and could change the meaning"),
    ("Hanako Yamada", 1, "Consent: must have no element that FHIR R4 does not define"),
    ("sourceReference", {"reference": "Questionnaire/1"}, "Consent.source[x]: must be there at most once"),
    ("sourceAttachment.data", "A", "Consent.sourceAttachment.data: must be base64"),
    ("sourceAttachment.contentType", ..., "Consent.sourceAttachment: must have a contentType beside data (att-1)"),
    ("policy.0", {"id": "x"}, "Consent.policy[0]: must have authority or uri"),
    ("verification.0.verified", "true", "Consent.verification[0].verified: must be true or false"),
    ("extension.0", {"url": "urn:x"}, "Consent.extension[0]: must have one value or extensions"),
    ("meta.lastUpdated", "2026-01-10", "Consent.meta.lastUpdated: must be a FHIR instant"),
    ("provision", {}, "Consent.provision: must not be empty"),
    ("provision.period", {"start": "2026-02-01", "end": "2026-01-01"}, "Consent.provision.period: must not end before it starts"),
    ("provision.provision.1.type", "maybe", "Consent.provision.provision[1].type: must be deny or permit"),
    ("provision.provision.1.type", ..., "Consent.provision.provision[1].type: is required"),
    ("provision.provision.1.provision.0.data.0.meaning", "all", "Consent.provision.provision[1].provision[0].data[0].meaning: must be instance, related, dependents or authoredby"),
    ("provision.provision.0.actor.0.role", ..., "Consent.provision.provision[0].actor[0].role: is required"),
    ("provision.provision.0.actor.0.reference", {"display": "x"}, "Consent.provision.provision[0].actor[0].reference: must have a reference or an identifier"),
    ("provision.provision.0.securityLabel.0", {"display": "HIV"}, "Consent.provision.provision[0].securityLabel[0].code: is required"),
    ("provision.provision.0.purpose", {"code": "TREAT"}, "Consent.provision.provision[0].purpose: must be a list"),
    ("provision.provision.0.purpose.0.code", " TREAT", "Consent.provision.provision[0].purpose[0].code: must be a code: no leading, trailing or double spaces"),
    ("text.div", "<div>no namespace</div>", "Consent.text.div: must be a div of the XHTML namespace"),
    ("text.div", DIV.format("<script>alert(1)</script>"), "Consent.text.div: must have the elements and attributes of a FHIR narrative only, nothing active"),
    ("text.div", DIV.format('<p onclick="x()">a</p>'), "Consent.text.div: must have the elements and attributes of a FHIR narrative only, nothing active"),
    ("text.div", DIV.format('<a href="javascript:x()">a</a>'), "Consent.text.div: must have the elements and attributes of a FHIR narrative only, nothing active"),
    ("text.div", DIV.format("<p>"), "Consent.text.div: must be well-formed XHTML without a document type"),
    ("text.div", '<!DOCTYPE d [<!ENTITY a "b">]>' + DIV.format("&a;"), "Consent.text.div: must be well-formed XHTML without a document type"),
    ("resourceType", "Patient", "Consent.resourceType: must be Consent"),
]  # fmt: skip  # noqa: RUF100


@pytest.mark.parametrize(
    ("path", "value", "answer"), REFUSED, ids=[f"{path}-{n}" for n, (path, *_) in enumerate(REFUSED)]
)
def test_given_one_wrong_element_when_read_then_its_path_and_the_rule_are_told(
    path: str, value: Any, answer: str
) -> None:
    assert refusal(changed(path, value)) == answer


def test_given_no_policy_when_read_then_the_invariant_is_told() -> None:
    found = full()
    del found["policy"], found["policyRule"]
    assert refusal(found) == "Consent: must have policy or policyRule (ppc-1)"


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "must be JSON in UTF-8"),
        (b"[]", "must be a JSON object"),
        (b'{"resourceType": "Consent"', "must be JSON in UTF-8"),
        (b'\xef\xbb\xbf{"resourceType": "Consent"}', "must be JSON in UTF-8"),
        (b'{"a": "\xff"}', "must be JSON in UTF-8"),
        (b'{"status": "active", "status": "inactive"}', "must not have the same name twice in one object"),
        (b'{"a": NaN}', "must not have NaN or infinite numbers"),
        (b'{"a": 1e999}', "must not have NaN or infinite numbers"),
        (b'{"a": ' + b"9" * 30 + b"}", "must not have whole numbers of more than 18 digits"),
        (b'{"a": "\\u0000"}', "must not have control characters or half surrogate pairs"),
        (b'{"a": "\\ud800"}', "must not have control characters or half surrogate pairs"),
        (b'{"\\ud800": 1}', "must not have control characters or half surrogate pairs"),
        (b'{"a":' * 200_000, "must have at most 262144 bytes"),
        (b'{"a":' * 50, "must be nested at most 48 deep"),
        (b'{"a":"' + b"[" * 100 + b'"}', "Consent.resourceType: must be Consent"),
    ],
)
def test_given_json_that_two_parsers_could_read_differently_when_read_then_it_is_refused(
    content: bytes, answer: str
) -> None:
    assert refusal(content) == answer


def test_given_rules_without_end_when_read_then_depth_and_number_are_bounded() -> None:
    deep = rule("deny")
    for _ in range(9):
        deep = rule("deny", deep)
    assert "must be nested at most 8 deep" in refusal(resource(deep))
    assert "500 provisions in all" in refusal(resource(rule(None, *[rule("deny")] * 600)))


def test_given_a_confidentiality_without_its_system_when_read_then_it_has_it() -> None:
    record = parse_consent(resource(rule(None, rule("deny", label=Coding("", "R")))))
    assert record.provision is not None
    assert record.provision.provisions[0].labels == (Coding(CONFIDENTIALITY, "R"),)


def test_given_values_instead_of_text_when_read_then_it_is_the_same() -> None:
    assert parse_consent(full()).provision == parse_consent(as_bytes(full())).provision
    with pytest.raises(ConsentFaultError):
        parse_consent({"resourceType": "Consent", "status": object()})


SECRET = "Hanako-Yamada-1975"


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value of a resource."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, child in children for place in places(child, (*way, key)))]


PLACES = places(full())[1:]
rubbish = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.just(SECRET), st.text(max_size=8).map(lambda t: t + SECRET),
    st.just([]), st.just({}), st.just([SECRET]), st.just({SECRET: SECRET}), st.just([[{SECRET: [SECRET]}]]),
    st.lists(st.just({"code": SECRET}), max_size=3), st.just({"reference": SECRET}), st.just({"url": SECRET}),
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), rubbish, st.booleans()), min_size=1, max_size=3))
def test_given_any_damage_when_read_then_it_is_understood_or_refused_without_a_quotation(
    damage: list[tuple[tuple[Any, ...], Any, bool]],
) -> None:
    found: Any = copy.deepcopy(full())
    for way, value, name_too in damage:
        target = found
        try:
            for part in way[:-1]:
                target = target[part]
            target[way[-1]] = copy.deepcopy(value)  # one of its own: it may be damaged next
            if name_too and isinstance(target, dict):
                target[SECRET] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    with contextlib.suppress(ConsentFaultError):
        parse_consent(json.dumps(found).encode())
        return
    answer = refusal(json.dumps(found).encode())
    assert SECRET not in answer
    assert len(answer) < 300


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_given_any_bytes_when_read_then_they_are_refused_and_nothing_else_is_raised(content: bytes) -> None:
    with pytest.raises(ConsentFaultError):
        parse_consent(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.text(max_size=5), json_values, max_size=4),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
    st.none() | st.just({"tag": [{"code": "x"}], "versionId": "old"}),
)
def test_given_any_resource_when_stored_then_only_id_and_meta_differ(
    others: dict[str, Any], indent: int | None, ascii_only: bool, meta: dict[str, Any] | None
) -> None:
    sent = {"resourceType": "Consent", **others, **({"meta": meta} if meta else {})}
    text = json.dumps(sent, indent=indent, ensure_ascii=ascii_only)
    stored = json.loads(stored_form(text, consent_id="c", version=3, last_updated="2026-01-01T00:00:00Z"))
    expected_meta = {**(meta or {}), "versionId": "3", "lastUpdated": "2026-01-01T00:00:00Z"}
    kept_meta = others.get("meta") if isinstance(others.get("meta"), dict) and not meta else {}
    assert stored == {**sent, "id": "c", "meta": {**(kept_meta or {}), **expected_meta}}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Patient/a.b-C1", "Patient/a.b-C1"),
        ("Patient/a/_history/4", "Patient/a"),
        ("urn:oid:1.2|0042", "urn:oid:1.2|0042"),
        ("https://h.example/mrn|Ａ１２－３", "https://h.example/mrn|A12-3"),
        ("urn:x| 00 42 ", "urn:x|00 42"),
        ("urn:x|a|b", "urn:x|a|b"),
    ],
)
def test_given_a_patient_reference_when_canonicalised_then_it_has_one_spelling(text: str, key: str) -> None:
    assert patient_key(text) == key
    assert patient_key(key) == key


@pytest.mark.parametrize(
    "text",
    ["", "a", "Patient/", "Patient/a b", "Patient/a/b", "Practitioner/1", "|1", "urn:x|", "urn:x| ", "mrn|1", "urn:x y|1",
     "urn:x|a\x00b", "urn:x|a\u200bb", "urn:x|" + "1" * 600, "Patient/" + "a" * 65],
)  # fmt: skip
def test_given_what_names_no_patient_when_canonicalised_then_it_is_refused_unquoted(text: str) -> None:
    with pytest.raises(PatientReferenceError) as refused:
        patient_key(text)
    assert str(refused.value) == str(PatientReferenceError())  # the same for everything


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=40))
def test_given_any_identifier_when_canonicalised_twice_then_nothing_changes(system: str, value: str) -> None:
    try:
        key = identifier_key(f"urn:{system}", value)
    except PatientReferenceError:
        return
    assert patient_key(key) == key
