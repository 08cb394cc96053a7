"""Numbers that identify someone or something of theirs."""

from collections.abc import Callable, Mapping
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.numerals import capitals, digits
from phi_detector.corpora.english.part import Part, Phi


def _record(case: Case) -> Part:
    rng, record = case.rng, case.record
    forms = [record, record, f"{record[:3]}-{record[3:]}", f"{rng.choice('ABEHMW')}{record}"]
    return Phi(rng.choice(forms), PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER)


def _social_security(case: Case) -> Part:
    number = digits(case.rng, 9)
    area, group, serial = number[:3], number[3:5], number[5:]
    usual = f"{area}-{group}-{serial}"
    return Phi(case.rng.choice([usual, usual, usual, number, f"{area} {group} {serial}"]), PhiType.ID, PhiKind.SSN)


def _number(case: Case) -> Part:
    """A number that nothing but its label explains."""
    rng = case.rng
    number = digits(rng, rng.randint(5, 11))
    letters = capitals(rng, rng.randint(1, 3))
    forms = [
        number,
        letters + number,
        f"{letters}-{number}",
        f"{number[:2]}-{number[2:]}",
        f"{letters}{number[:2]}-{number[2:]}",
        f"{number[:4]}-{number[4:]}-{letters}",
        f"{letters}{number[:3]}{letters[0]}{number[3:]}",
        f"{number}-{letters}",
        f"{number[:-1]}-{number[-1]}",
        f"{number[0]}{letters}{number[1:]}",
        f"{letters}-{number[:3]}-{number[3:]}",
    ]
    return Phi(rng.choice(forms), PhiType.ID)


def _plate(case: Case) -> Part:
    rng = case.rng
    letters = capitals(rng, 3)
    forms = [
        f"{letters} {digits(rng, 4)}",
        f"{rng.randint(1, 9)}{letters}{digits(rng, 3)}",
        f"{letters}-{digits(rng, 3)}",
        f"{digits(rng, 3)} {letters}",
    ]
    return Phi(rng.choice(forms), PhiType.ID)


def _plan(case: Case) -> Part:
    """Members' numbers of health plans, Medicare's old and new ones, a laboratory's of CLIA."""
    rng = case.rng
    letters = capitals(rng, 3)
    forms = [
        f"{letters}{digits(rng, 9)}",
        f"{letters}{digits(rng, 9)}-{digits(rng, 2)}",
        f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}{rng.choice('ABT')}",
        f"{rng.randint(1, 9)}{letters[0]}{rng.choice('ACDEFG')}{rng.randint(0, 9)}"
        f"-{letters[1]}{rng.choice('ACDEFG')}{rng.randint(0, 9)}-{letters[:2]}{digits(rng, 2)}",
        f"{digits(rng, 2)}D{digits(rng, 7)}",
        f"{letters[0]}{digits(rng, 9)}",
        f"{letters}{digits(rng, 3)}{rng.choice('TMWX')}{digits(rng, 5)}",
        f"{digits(rng, 9)}{letters[0]}",
    ]
    return Phi(rng.choice(forms), PhiType.ID)


def _accession(case: Case) -> Part:
    rng = case.rng
    prefix, mark, year = rng.choice("SPCRAH"), rng.choice(["", "-"]), rng.randint(5, 26)
    return Phi(f"{prefix}{mark}{year:02}-{digits(rng, rng.randint(4, 6))}", PhiType.ID)


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "mrn": _record,
    "ssn": _social_security,
    "last_four": lambda case: Phi(digits(case.rng, 4), PhiType.ID, PhiKind.SSN),
    "number": _number,
    "plan_number": _plan,
    "accession": _accession,
    "plate": _plate,
}
