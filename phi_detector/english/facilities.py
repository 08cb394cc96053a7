# ruff: noqa: E501 - a pattern is read best as one line
"""Facilities: hospitals, clinics, homes, schools. Generic ones name no place: "the emergency department"."""

import re
from collections.abc import Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES
from phi_detector.recogniser import Candidate

_TYPE: Final = (
    r"(?:(?:Memorial |Regional |General |Community |Children's |University |Veterans |Teaching |District |County |Medical |Surgical |Surgery |Health |Healthcare |Cancer |Heart |Rehabilitation |Rehab |Behavioral |Behavioural |Mental |Psychiatric |Family |Specialty |Women's |Urgent |Primary |Dialysis |Imaging |Diagnostic |Eye |Spine |Pain |Wellness |Nursing |Care |Senior |Assisted |Sleep |Outpatient |Acute |Trauma ){0,4}"
    r"(?:Hospitals?|Hosp\.?|Infirmary|Medical Cent(?:er|re)|Med(?:ical)? Ctr\.?|Health Cent(?:er|re)|Cent(?:er|re)|Clinics?|Hospice|Sanatorium|Health System|Healthcare|Health Care|Health Services|Medical Group|Medical Associates|Physicians Group|Associates|Practice|Institute|Pharmacy|Nursing Home|Nursing Facility|Care Home|Rehab|Rehabilitation|"
    r"Manor|Assisted Living|Retirement Community|Retirement Home|Village|Senior Living|Living Cent(?:er|re)|Lodge|Laborator(?:y|ies)|Labs|Imaging|Radiology|Dialysis|Urgent Care|University|College|High School|Elementary School|Elementary|Middle School|School|Academy|Preschool|Daycare|Church|Shelter|Prison|Jail|"
    r"Correctional Facility|Detention Center|Orthopedics|Oncology|Cardiology|Pediatrics|Dermatology|Dental|Family Medicine|Internal Medicine|Hospital Trust|Trust|Foundation|Health))"
)
_WORD: Final = rf"(?:{NAME_WORD}|St\.?|[A-Z]\.|of|the|and|&|at|for|de|la|del|[A-Z]{{2,5}})"
_FACILITY = re.compile(
    rf"(?<![\w'-])(?P<v>(?:Dr\.[ ])?(?:{NAME_WORD}|St\.?|Mt\.)(?:[ ]{{1,3}}{_WORD}){{0,6}}?[ ]{{1,3}}{_TYPE}(?![\w-]|'s)(?:[ ](?:of|at|for)[ ](?:the[ ])?{NAME_WORD}(?:[ ]{NAME_WORD}){{0,2}}|[ ]-[ ]{NAME_WORD}(?:[ ]Campus)?)?)"
)
_GENERIC = words.listed("generic_facility_words")
_KNOWN_SHORT = re.compile(
    r"(?<![\w-])(?:MGH|BWH|BIDMC|UCSF|UCLA|UCSD|UPMC|NYU Langone|Johns Hopkins|Mayo Clinic|Cleveland Clinic|Kaiser(?: Permanente)?|Mass(?:achusetts)? General|Mount Sinai|Mt\.? Sinai|Cedars[ -]Sinai|Brigham(?: and Women'?s)?|"
    r"Beth Israel(?: Deaconess)?|Massachusetts General Hospital|Walgreens|CVS|Rite Aid|Walmart(?: Pharmacy)?|Quest Diagnostics|LabCorp|Costco Pharmacy)(?![\w-])"
)


_SAINT = re.compile(rf"(?<![\w'-])(?:St\.?|Saint)[ ]{NAME_WORD}(?:'s|(?<=s)')(?![ ](?i:wort|fire|dance)|\w)")


def find_facilities(flat: str) -> Iterator[Candidate]:
    """Candidates in a text whose case is restored, without line ends."""
    for match in _FACILITY.finditer(flat):
        begin, end = match.span("v")
        parts = list(re.finditer(r"\S+", flat[begin:end]))
        while len(parts) > 1 and _leads_in(parts[0].group()):
            parts.pop(0)
        own = [part.group().strip(".,") for part in parts if words.folded(part.group().strip(".,")) not in _GENERIC]
        if not own or len(parts) < 2:
            continue
        medical = all(words.folded(word) in words.words() for word in own)
        yield Candidate(begin + parts[0].start(), end, PhiType.ADDRESS, 0.5 if medical else 0.9, PhiKind.FACILITY)
    for match in _SAINT.finditer(flat):
        yield Candidate(match.start(), match.end(), PhiType.ADDRESS, 0.6, PhiKind.FACILITY)
    for match in _KNOWN_SHORT.finditer(flat):
        yield Candidate(match.start(), match.end(), PhiType.ADDRESS, 0.85, PhiKind.FACILITY)


def _leads_in(word: str) -> bool:
    """Capitalised only because a sentence or a label begins with it, or because it is a degree: "NP at"."""
    plain = words.folded(word.strip(".,"))
    return plain in _LEADING or (word.isupper() and 1 < len(word) < 5 and plain in NOT_NAMES)


_LEADING = words.listed("leading_words")
