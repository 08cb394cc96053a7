# ruff: noqa: E501 - a pattern is read best as one line
"""Wards, rooms, beds, theatres and stations in the short hand of those who work there.

"CVICU-14", "4W 12", "L&D 6", "Pod C bed 9", "back to 5S", "OR 3", "hall bed 2", "room eleven", "6 Peds", "Dock 4".
"""

import re
from collections.abc import Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.pattern_rule import PatternRule
from phi_detector.recogniser import Candidate

_UNIT: Final = (
    r"(?:(?:CV|CT|CC|Card|Neuro|Trauma|Surg|Med|Burn|Peds|Ped)[ -]?)?(?:[CMNPSTBR]?ICU|[CN]?CCU|CVI?CU|SICU|MICU|NICU|PICU|BICU|TICU|IMCU|IMC|SCU|PCU|CVU|CDU|SDU|ICN|SCBU|SCN|HDU|ITU|NSICU|NSCU|PACU|ASC|AMU|MAU|SAU|CAU|BMT|BHU|BH|MBU|LDRP?|L&D|L\+D|LND|OBS|Obs|EDOU|ED|A&E|OR|CV-?OR|"
    r"Onc|Ortho|Neuro|Tele|Peds|Med|Surg|MedSurg|Med-Surg|Psych|Rehab|Trauma|Resus|Fast Track|Triage|Endo|Cath|Cath Lab|EP|EP Lab|IR|Rad|CT|MRI|Echo|Exam|Consult|Procedure|Proc|Hybrid|Theat(?:re|er)|Suite|Infusion|Chair|Trolley|Cubicle|Bay|Pod|Hall|Hallway|"
    r"Antepartum|Postpartum|Mother-Baby|Nursery|Ward|Wound|Eye|Birth|Geri|Oncology|Cardiac|Stroke|Short Stay|Day Surgery|Pre-?op|Post-?op|Holding|Call Rm|Call Room|Family Rm|Seminar|Station|Sta|Door|Gate|Dock|Ramp|Garage|Stair|Stairwell|Cage|Locker|Cell|Block|Cabin|Dorm|Mooring|Berth|Slip)"
)
_PLACE_OF_BED: Final = r"(?:rooms?|rms?|beds?|bays?|pods?|chairs?|cells?|stalls?|slots?|trolley|cubicle|hall|desk|side)"
_CODE: Final = r"(?:[A-Z]{0,2}-?\d{1,4}[A-Z]?(?:-[A-Z0-9]{1,3})?)"
_NO_MEASURE: Final = (
    r"(?![\w%/^]|[.,:]\d|[ ]?(?:%|mg|mcg|g|kg|ml|mL|L|cc|mm|cm|m|Hz|MHz|kV|kVp|mAs|mA|T|Tesla|slices?|h|hr|hrs|hours?|min|mins|minutes?|sec|seconds|days?|d|wks?|weeks?|mo|mos|months?|y|yr|yrs|years?|x|times?|points?|pts?|doses?|patients|people|staff|beds|cases|visits|FTE|units?|of|to|or more|per|"
    r"[(]?95)(?![\w-])|[ ]?[-–][ ]?\d|[ ]?[(=<>±+^*])"
)
_UNIT_AND_NUMBER = LabelledPattern(
    _UNIT,
    rf"(?:[ ](?i:bed|rm|room|bay|hall|pod|chair))?[ -]#?(?P<code>\d{{1,3}}[A-Z]?|[A-Z]-?\d{{1,2}}){_NO_MEASURE}",
    before=r"(?<![\w./-])",
    cased=True,
)
_UNIT_AND_PLACE = LabelledPattern(
    _UNIT,
    rf"(?:[ ][A-D])?[ ,]{{1,2}}(?i:{_PLACE_OF_BED})[ #]{{0,2}}{_CODE}{_NO_MEASURE}",
    before=r"(?<![\w./-])",
    cased=True,
)
_POD = LabelledPattern(
    "Pod|Wing|Block|Bay|Ward|Hallway|Ramp|Garage|Lot|Sector|Triage|Consult|Imaging",
    r"[ ][A-H](?![\w'.]|[ ]?[=)])",
    before=r"(?<![\w-])",
    whole=True,
    cased=True,
)
_HALL = LabelledPattern(
    "unit|hall|hallway|infirmary|cell(?: block)?|pod|ward|house|wing|bay|chair|trolley|locker|dorm|family rm|family room|exam room|exam rm|call room|bunk|cabin",
    rf"[ ]#?(?:[A-Z]{{1,2}}-?\d{{1,3}}[A-Z]?|\d{{1,2}}-\d{{1,3}}){_NO_MEASURE}",
    whole=True,
)
_LEVEL = LabelledPattern("level", r"[ ][BLP]\d(?!\w)")
_WORDS: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)"
_SPOKEN = LabelledPattern(
    rf"(?:in |to |from |at )(?:room|bed|bay|cell|pod|ward)[ ]{_WORDS}(?:[ -]{_WORDS})?|(?:on|to|from)[ ]{_WORDS}[ ](?:north|south|east|west)",
    r"(?![\w-]|[ ](?:hours|days|minutes|patients|degrees))",
)
_POINT: Final = r"(?:N|S|E|W|NE|NW|SE|SW)"
_FLOOR = re.compile(
    rf"[1-9](?<![\w./:,$#+-].)(?:(?<=1)\d)?[ -]?(?:North|South|East|West|Tower|Pavilion|Center|Annex|Main)(?:[ -]?(?:\d{{1,3}}|[A-D]))?(?![\w'])(?![ ](?:{_POINT}\b|St\b|Street|Ave|Rd|Road|Blvd|[A-Z][a-z]+[ ](?:St|Street|Ave|Avenue|Rd|Road|Blvd|Drive|Dr)\b))"
)
_FLOOR_OF_KIND = re.compile(
    r"[1-9](?<![\w./:,$#+-].)(?:(?<=1)\d)?[ ](?:Peds|Onc|Ortho|Neuro|Tele|Surg|Rehab|Psych|ICU|MICU|SICU|BMT|OB|L&D)(?![\w'/-])"
)
_SHORT: Final = rf"[ ](?P<v>(?:[1-9]|1\d){_POINT})(?:[ -]?(?:\d{{1,3}}[A-Z]?))?(?![\w/%°'-]|[.,]\d|[ ](?:of|and[ ]\d))"
_SHORT_FLOOR = LabelledPattern(
    "to|from|on|at|in|off|via|unit|ward|floor|of|and|back|for|called|call|w/|with", _SHORT, whole=True
)
_TO_SHORT_FLOOR = re.compile(rf"(?:->(?<![A-Za-z]..)|[→@](?<![A-Za-z].)){_SHORT}")
_FLOOR_AND_ROOM = re.compile(
    rf"[1-9](?<![\w./:,$#+-].)(?:(?<=1)\d)?(?:{_POINT}[ -](?:(?i:rm|room|bed)[ ]?)?\d{{1,3}}[A-Z]?|[A-H]-\d{{2,3}}[A-Z]?)(?![\w/%°]|[.,:]\d|[ -]\d|[ ]?(?:mg|ml|mL|mm|cm|h|min)\b)"
)
_LABELLED = LabelledPattern(
    r"unit|ward|bed|room|rm|loc|location|facility|hosp|hospital|site|dept|floor|pod|new[ _]?bed|prior|from[ _]?unit|to[ _]?unit|nursing[ _]?unit|nurs[ _]?sta|campus|sending(?:[ _]facility)?|receiving(?:[ _]facility)?|location[ _]?code|point[ _]?of[ _]?care|poc",
    r"[ ]?[=:][ ]{0,3}[\"']?(?P<v>(?=[A-Z0-9-]*[A-Z\d])[A-Z0-9]{1,6}(?:[-_][A-Z0-9]{1,5}){0,3}(?:[ ]\d{1,3}[A-Z]?)?)(?![\w.:%/]|[ ]?(?:=|mg|ml))",
    whole=True,
)
_NO_PLACE: Final = {
    "PT", "ID", "NO", "YES", "NA", "N", "Y", "NAME", "CODE", "TYPE", "DATE", "TIME", "IU", "ML", "MG", "G", "L", "U", "KG", "CM", "MM", "MMHG", "HG", "DL", "FT", "IN", "STRING", "INT", "VARCHAR", "CHAR", "NULL", "TBD", "ALL", "ANY", "NONE", "HOME", "PRN", "PO", "IV", "IM", "SC", "EACH", "EA", "PC", "PCS", "R", "LARGE", "SMALL", "MEDIUM", "C", "F", "M", "S", "A", "B",
}  # fmt: skip
_ROUTE = re.compile(
    r"(?<![A-Za-z])(?:(?:Highway|Hwy|Route|Rte|Rt|County Road|County Rd|Co Rd|CR|FM|State Road|State Rd|State Route|SR|US|U\.S\.|Interstate|I|M)[ -]\d{1,4}[NSEW]?[ ,]{1,3}(?i:exit|mile|mile marker|mm|milepost|mp)[ ]#?\d{1,4}[A-Z]?|"
    r"(?i:exit|mile marker|mile post|milepost)[ ]\d{1,4}[A-Z]?(?=[ ](?:of|on|off|at)[ ])|(?:Rt|Rte|Hwy|Co Rd|County Rd|State Rd|State Route|County Road|Interstate)\.?[ -]\d{1,4}[NSEW]?(?![\w/.])|I-\d{1,3}(?:[NSEW]|[ ](?:north|south|east|west)bound)?(?![\w/.-])(?=[ ,.;)]))"
)
_STREET_END: Final = r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Dr|Drive|Ln|Lane|Pike|Way|Pkwy|Hwy)"
_ORDINAL: Final = r"\d{1,3}(?:st|nd|rd|th)"
_CORNER = re.compile(
    rf"(?<![\w'-])(?:{_ORDINAL}(?:[ ]{_STREET_END}\.?)?[ ](?:and|&|at)[ ][A-Z][a-z]{{2,15}}(?:[ ]{_STREET_END}\.?)?|[A-Z][a-z]{{2,15}}(?:[ ]{_STREET_END}\.?)?[ ](?:and|&)[ ]{_ORDINAL}(?:[ ]{_STREET_END}\.?)?|[A-Z][a-z]{{2,15}}[ ]{_STREET_END}\.?[ ](?:and|&|at|near)[ ][A-Z][a-z]{{2,15}}[ ]{_STREET_END})(?![\w'])"
)
_FACILITY_NOUN: Final = r"(?:Annex|Commons|Cottage|Grange|Legion|Inn|Rotunda|Atrium|Lodge|Armory|Pavilion|Manor|Gables|Pines|Oaks|Elms|Willows|Maples|Meadows?|Terraces?|Estates?|Elks|Moose|Eagles|VFW|YMCA|YWCA|VA|Mission|Villas?|Towers?|Hutch|Hub|Barracks|Firehouse|Parsonage|Rectory|Convent|Monastery|Boys & Girls Club|Rec Center|Arbors|Glen|Farm|Ranch|Depot|Rez|Reservation|Projects)"
_NAMED: Final = rf"[ ](?P<v>(?:the|The)[ ](?:[Oo]ld[ ]|[A-Z][a-z]+[ ])?{_FACILITY_NOUN})(?![\w'-]|[ ](?:benefits?|disability|claims?|rating|form|loan|handbook|guidelines?|system|law|formulary|study|trial|policy|directive))"
_THE = LabelledPattern("at|to|from|in|into|near|outside|behind|by|leave|left|via|over at", _NAMED, whole=True)
_AT_THE = re.compile(rf"@(?<![A-Za-z].){_NAMED}")


def find_wards(flat: str, where: Words | None = None) -> Iterator[Candidate]:
    """Candidates in a text whose case is restored, without line ends."""
    where = where or Words(flat)
    for rule in _RULES:
        yield from rule.find(flat, where)


def _names_a_place(flat: str, begin: int, end: int) -> float:
    value = flat[begin:end]
    return 0.0 if value in _NO_PLACE or (value.isdigit() and len(value) > 4) else 1.0


_RULES: Final = (
    *(
        PatternRule(pattern, PhiType.ADDRESS, score, PhiKind.PLACE)
        for pattern, score in (
            (_UNIT_AND_NUMBER, 0.55),
            (_UNIT_AND_PLACE, 0.8),
            (_POD, 0.5),
            (_HALL, 0.6),
            (_LEVEL, 0.6),
            (_SPOKEN, 0.6),
            (_FLOOR, 0.6),
            (_FLOOR_OF_KIND, 0.45),
            (_SHORT_FLOOR, 0.55),
            (_TO_SHORT_FLOOR, 0.55),
            (_FLOOR_AND_ROOM, 0.5),
            (_ROUTE, 0.6),
            (_CORNER, 0.6),
            (_THE, 0.5),
            (_AT_THE, 0.5),
        )
    ),
    PatternRule(_LABELLED, PhiType.ADDRESS, 0.6, PhiKind.PLACE, evidence=_names_a_place),
)
