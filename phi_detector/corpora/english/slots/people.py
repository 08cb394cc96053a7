"""People, and how a note writes them."""

from collections.abc import Callable, Mapping
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.names import Person
from phi_detector.corpora.english.numerals import in_words
from phi_detector.corpora.english.part import Part, Phi
from phi_detector.corpora.english.word_lists import pools

_PEOPLE: Final = pools("people")
_WOMAN: Final = ("woman", "female", "lady")
_MAN: Final = ("man", "male", "gentleman")


def _name(written: Callable[[Case], str]) -> Callable[[Case], Part]:
    return lambda case: Phi(written(case), PhiType.NAME, PhiKind.PERSON)


def _doctor(case: Case) -> Person:
    return case.rng.choice(case.doctors)


def _relative(case: Case) -> Person:
    return case.rng.choice(case.relatives)


def _full(case: Case, one: Person) -> str:
    """As a signature has it: "Ana M. Reyes", "A. Reyes"."""
    rng = case.rng
    middle = f" {one.middle}{rng.choice(['.', '', '.'])}" if one.middle and rng.random() < 0.6 else ""
    style = rng.random()
    if style < 0.06:
        return f"{one.first[0]}. {one.last}"
    if style < 0.09:
        return f"{one.first[0]}.{one.middle or 'J'}. {one.last}"
    suffix = rng.choice([" Jr.", " III", " Sr.", " II"]) if rng.random() < 0.03 else ""
    return f"{one.first}{middle} {one.last}{suffix}"


def _register(case: Case, one: Person) -> str:
    """As a register has it: "REYES, ANA M"."""
    middle = f" {one.middle}{case.rng.choice(['', '.'])}" if one.middle else ""
    comma = case.rng.choice([", ", ", ", ", ", ","])
    name = f"{one.last}{comma}{one.first}{middle}"
    return name.upper() if case.rng.random() < 0.5 else name


def _initials(case: Case) -> str:
    one = _doctor(case)
    return f"{one.first[0]}{one.middle}{one.last[0]}".upper()


def _dotted(case: Case) -> str:
    """Initials as they are signed by hand: "A.R."."""
    one = _doctor(case)
    return "".join(f"{letter.upper()}." for letter in (one.first[0], one.middle, one.last[0]) if letter)


def _short(case: Case) -> str:
    """As a roster has it: "Reyes A"."""
    one = _doctor(case)
    return f"{one.last} {one.first[0].upper()}"


def _title(case: Case) -> Part:
    return case.rng.choice(["Ms.", "Mrs.", "Miss", "Ms"] if case.patient.female else ["Mr.", "Mr"])


def _either(woman: str, man: str) -> Callable[[Case], Part]:
    return lambda case: woman if case.patient.female else man


def _age(case: Case) -> Part:
    words = case.rng.random() < 0.06 and case.years < 100
    return Phi(in_words(case.years) if words else str(case.years), PhiType.AGE)


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "pt_first": _name(lambda case: case.patient.first),
    "pt_last": _name(lambda case: case.patient.last),
    "pt_full": _name(lambda case: _full(case, case.patient)),
    "pt_register": _name(lambda case: _register(case, case.patient)),
    "dr_first": _name(lambda case: _doctor(case).first),
    "dr_last": _name(lambda case: _doctor(case).last),
    "dr_full": _name(lambda case: _full(case, _doctor(case))),
    "dr_register": _name(lambda case: _register(case, _doctor(case))),
    "dr_initials": _name(_initials),
    "dr_dotted": _name(_dotted),
    "dr_short": _name(_short),
    "rel_first": _name(lambda case: _relative(case).first),
    "rel_last": _name(lambda case: _relative(case).last),
    "rel_full": _name(lambda case: _full(case, _relative(case))),
    "pt_title": _title,
    "he": _either("she", "he"),
    "He": _either("She", "He"),
    "his": _either("her", "his"),
    "His": _either("Her", "His"),
    "him": _either("her", "him"),
    "sexletter": _either("F", "M"),
    "sexword": lambda case: case.rng.choice(_WOMAN if case.patient.female else _MAN),
    "rel_kind": lambda case: case.rng.choice(_PEOPLE["kin"]),
    "credential": lambda case: case.rng.choice(_PEOPLE["credentials"]),
    "age": _age,
    "other_age": lambda case: Phi(str(case.rng.randint(1, 99)), PhiType.AGE),
    "profession": lambda case: Phi(
        case.rng.choice(_PEOPLE["professions"]).removeprefix("retired "), PhiType.PROFESSION
    ),
}
