"""The rules in data: each can be broken, each names its clause, a damaged one is refused by name."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from healthcare_runtime.documents.compliance import DocumentFacts, Rulebook, RuleDamagedError

SOUND = DocumentFacts(
    text_length=4_000,
    entities=40,
    grey_entities=2,
    grey_percent=5,
    name_entities=0,
    embedded_images=0,
    damaged_permille=0,
    unknown_language_permille=0,
    document_type_known=1,
    submitter_known=1,
    retention_years=7,
    retention_binding=1,
    explicit_consent=1,
    jurisdiction="US",
    purpose="HRESCH",
    profile="safe-harbor",
)

BROKEN = {
    "PHI-001": {"entities": 0},
    "PHI-002": {"name_entities": 1},
    "PHI-003": {"grey_entities": 30, "grey_percent": 75},
    "PHI-004": {"embedded_images": 1},
    "QUA-001": {"unknown_language_permille": 400},
    "QUA-002": {"damaged_permille": 30},
    "QUA-003": {"document_type_known": 0},
    "SEC-001": {"submitter_known": 0},
    "RET-001": {"retention_years": 5},
    "RET-002": {"retention_years": 3, "jurisdiction": "JP"},
    "USE-001": {"purpose": "HMARKT", "explicit_consent": 0},
    "USE-002": {"jurisdiction": "JP", "explicit_consent": 0},
    "USE-003": {"profile": "limited"},
}


def test_given_a_sound_document_then_no_rule_is_broken() -> None:
    assert Rulebook.load().broken_by(SOUND) == ()


@pytest.mark.parametrize(("rule", "change"), BROKEN.items())
def test_given_one_fact_that_breaks_a_rule_then_that_rule_is_named(rule: str, change: dict[str, object]) -> None:
    broken = Rulebook.load().broken_by(replace(SOUND, **change))  # type: ignore[arg-type]
    assert rule in {each.id for each in broken}


def test_given_the_rulebook_then_every_rule_has_a_case_here_and_a_clause() -> None:
    rules = Rulebook.load().rules
    assert {rule.id for rule in rules} == set(BROKEN)
    assert all(rule.clause and rule.title for rule in rules)
    assert {condition.fact for rule in rules for condition in rule.conditions} <= set(asdict(SOUND))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[rule]]\nid="X-1"\ntitle="t"\nclause="c"\neffect="maybe"\nwhen=[["entities","==",0]]', "X-1.effect"),
        ('[[rule]]\nid="X-1"\ntitle="t"\nclause="c"\neffect="hold"\nwhen=[["color","==",0]]', "X-1.when: color"),
        ('[[rule]]\nid="X-1"\ntitle="t"\nclause="c"\neffect="hold"\nwhen=[["entities","~",0]]', "X-1.when: ~"),
        ('[[rule]]\nid="X-1"\ntitle="t"\neffect="hold"\nwhen=[["entities","==",0]]', "X-1.clause"),
        ("rule = 1 1", "must be TOML"),
    ],
)
def test_given_a_damaged_rule_then_the_error_names_it(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(RuleDamagedError, match=named):
        Rulebook.load(file)


def test_given_a_changed_rulebook_then_its_version_changes(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nid="X-1"\ntitle="t"\nclause="c"\neffect="hold"\nwhen=[["entities","==",0]]')
    assert Rulebook.load(file).version != Rulebook.load().version
