# ruff: noqa: E501 - a pattern is read best as one line
"""Tables of a text: what the head of a column says of the numbers below it.

A column "MRN" or "Badge #" holds identifiers whatever their form, one of "CPT" or "Part no." holds none. Tables are
lines of cells between pipes, tabs, semicolons or commas, or of cells two spaces apart that stand below their heads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate

_LONGEST_TABLE: Final = 120  # lines
_FEWEST_HEADS: Final = 3
_MOST_HEADS: Final = 60
_LONGEST_HEAD: Final = 28
_RAGGED: Final = 2  # cells that a row may have more or fewer than its heads
_SHIFTED: Final = 3  # characters by which a cell may stand beside its head and still be thought nobody's
_SCORE: Final = 0.85
_LEAST_PLAIN_SHARE: Final = 0.75  # of heads without any digit


class Meaning(StrEnum):
    """What a head says of the cells below it."""

    IDENTIFIER = "IDENTIFIER"
    TELEPHONE = "TELEPHONE"
    AGE = "AGE"
    PUBLIC = "PUBLIC"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell below a head that means something; offsets into the text."""

    begin: int
    end: int
    meaning: Meaning


_NUMBER_OF: Final = r"(?:[ _./-]{0,2}(?:id|ids|no|nos|num|nbr|nr|number|numbers|code|key|seq|#)\.?[ ]?#?)"
_PERSONAL: Final = (
    r"(?:mrn|mr|med rec|hosp(?:ital)?|unit|patient|pt|pat|resident|client|chart|record|rec|acct|account|visit|encounter|enc|csn|har|fin|episode|case|cases|file|docket|"
    r"run|trip|call|incident|inc|pcr|epcr|dispatch|badge|id badge|emp(?:loyee)?|staff|provider|prov|user|officer|star|license|licence|lic|npi|dea|pin|"
    r"ticket|tkt|wo|work order|order|ord|req(?:uisition)?|request|job|task|ack|control|accession|acc|specimen|spec|sample|lab|path|slide|block|tube|label|"
    r"claim|policy|member|mbr|subscriber|group|auth(?:orization)?|pre-?auth|approval|voucher|invoice|inv|bill|receipt|rcpt|check|ck|cheque|po|"
    r"confirmation|conf|booking|reservation|pnr|locator|ref|reference|referral|case ref|tracking|trk|shipment|parcel|seal|bag|box|tag|tray|set|kit|loaner|locker|key|envelope|env|"
    r"serial|ser|s/n|sn|lot|batch|udi|din|donation|donor|donor unit|unit|device|pump|monitor|tele(?:metry)?(?: box)?|box|asset|implant|transmitter|sensor|meter|"
    r"subject|subj|participant|scr(?:een(?:ing)?)?|rand(?:omi[sz]ation)?|study|enrol(?:l)?ment|"
    r"student|pupil|inmate|prisoner|booking|alien|a-number|passport|visa|ssn|ss|nhs|chi|hcn|phn|medicare|medicaid|dva|ihi|aadhaar|uhid|opd|op|ip|cr|reg|registration|"
    r"plate|vehicle|veh|fleet|truck|van|bus|tail|vin|permit|card|cert(?:ificate)?|grievance|complaint|report|rpt|evidence|exhibit|property|band|wristband|bracelet|tissue|graft|cornea|tank|cylinder|concentrator|cooler|rx|prescription)"
)
_ALONE: Final = (
    r"(?:mrn|mr|csn|har|fin|acct|account|accession|acc|npi|dea|badge|docket|serial|s/n|sn|udi|din|lot|uhid|hcn|phn|nhs|chi|ssn|vin|plate|pnr|"
    r"a-number|passport|tracking|pcr|epcr|run|ticket|tkt|claim|subject|participant|specimen|tele box|loaner|locator|receipt|rcpt|license|licence|emp|id|ids|ident|identifier|tray|box|seal|case|file|voucher|wo)"
)
_IDENTIFIER = re.compile(
    rf"(?i)(?:.{{0,14}}[ /_(-])?(?:{_PERSONAL}{_NUMBER_OF}|{_ALONE}|(?:no|number|nr)\.? of (?:record|case|file))(?:[ /)(].{{0,12}})?"
)
_PUBLIC = re.compile(
    r"(?i)(?:.{0,14}[ /_(-])?(?:c\.?p\.?t|hcpcs|cdm|charge[ _]?(?:code|no|#)|ndc(?:[ _/](?:item|no|code))?|loinc|snomed(?:[ -]ct)?|sct(?:id)?|concept(?:[ _]?id)?|icd(?:-?(?:9|10|11))?(?:-?(?:cm|pcs))?(?: codes?)?|ms-drg|drg|apc|rev(?:enue)?[ _.]?(?:code|cd)|"
    r"rxnorm|rxcui|cvx|mvx|atc|unspsc|gmdn|gtin|sku|upc|item(?:[ _]?(?:no\.?|code|number|#))|part(?:[ _]?(?:no\.?|number|#))|p/n|cat(?:alog(?:ue)?)?[ _.]{0,2}(?:no\.?|number|#)|(?:test|order|product|stock|procedure|proc|billing|service|diagnosis|dx)[ _](?:code|no)s?|"
    r"model(?:[ _]?(?:no\.?|#))?|form[ _]?(?:no\.?|#))(?:[ /)(].{0,12})?|"
    r"(?:code|codes|rev|mod(?:ifier)?s?|item|part|cat|catalog(?:ue)?|mfr|product|hcc(?: v\d+)?|gl|gl account|cost cent(?:er|re)|field|segment|seg|element|elem|attribute|data ?type|len|length|oid|vr|vm|opt|section|clause|standard|"
    r"price|cost|gross|cash|fee|fees|charge|charges|amount|amt|usd|total|budget|actual|variance|qty|quantity|uom|pack|size|time|times|hours|shift|dose|rate|range|target|goal|min|max|mean|sd|percent|weight|version|ver|build|port|ports|vlan)"
)
_TELEPHONE = re.compile(
    r"(?i)(?:.{0,14}[ /_(-])?(?:tel|tel\.|telephone|phone|phones|ph|cell|mobile|mob|pager|pgr|beeper|bleep|ext|ext\.|extn|extension|x|vocera|ascom|spectralink|voalte|fax|contact|contact no|callback|call back|cb|dial)(?:[ _./-]{0,2}(?:no|number|#|/.{1,10}))?\.?(?:[ ](?:day|night|eve|home|work).{0,6})?"
)
_AGE = re.compile(r"(?i)(?:pt )?(?:age|ages|yrs|yr|age[ ]?\(?(?:y|yr|yrs|years)\)?|age[ ]?/[ ]?(?:sex|s|gender|g)|a/s)")

_VALUE = re.compile(
    r"[#(\[\"']{0,2}(?P<v>[A-Za-z0-9][A-Za-z0-9]*(?:[-/.:*][A-Za-z0-9*]+|[ ](?=[\dA-Z-]*\d)[A-Z\d-]{2,8}){0,5})"
)
_NO_IDENTIFIER = re.compile(
    r"(?:[01]?\d|2[0-4]):[0-5]\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?|(?:19|20)\d\d-\d\d-\d\d|\d{1,2}|[A-Za-z]{1,3}\d{1,2}[A-Za-z]?"
)
_DIAL = re.compile(r"[#x(\[\"']{0,2}(?P<v>\+?[\d()][\d() ./*-]{1,20}\d)(?![\w%])")
_YEARS = re.compile(r"[(\[\"'~]{0,2}(?P<v>\d{1,3})(?![\d.,:/%-]|[A-Za-z]{4}|[ ]?(?:mg|kg|cm|%))")


def find_in_columns(text: str) -> Iterator[Candidate]:
    """What stands in columns whose head says that it identifies, calls or is an age."""
    for cell in cells(text):
        value = _first_value(text, cell)
        if value:
            yield value


def _first_value(text: str, cell: Cell) -> Candidate | None:
    content = text[cell.begin : cell.end]
    if cell.meaning is Meaning.IDENTIFIER:
        match = _VALUE.match(content)
        digits = sum(c.isdigit() for c in match.group("v")) if match else 0
        if not match or digits < 2 or _NO_IDENTIFIER.fullmatch(match.group("v")) or len(match.group("v")) < 3:
            return None
        type_ = PhiType.ID
    elif cell.meaning is Meaning.TELEPHONE:
        match = _DIAL.match(content)
        if not match or sum(c.isdigit() for c in match.group("v")) < 3:
            return None
        type_ = PhiType.PHONE_OR_FAX
    elif cell.meaning is Meaning.AGE:
        match = _YEARS.match(content)
        if not match or int(match.group("v")) > 115:
            return None
        type_ = PhiType.AGE
    else:
        return None
    begin, end = match.span("v")
    return Candidate(cell.begin + begin, cell.begin + end, type_, _SCORE)


def cells(text: str) -> Iterator[Cell]:
    """Every cell below a head that means something."""
    lines = list(_lines(text))
    for delimiter in _DELIMITERS:
        yield from _delimited(text, lines, delimiter)
    yield from _aligned(text, lines)


def meaning(head: str) -> Meaning | None:
    """What a head says, if anything."""
    name = head.strip(" *_\"':").replace("_", " ")
    if name == "pH":
        return None
    for pattern, means in _MEANINGS:
        if pattern.fullmatch(name):
            return means
    return None


def _meanings(heads: list[str]) -> dict[int, Meaning]:
    """What each head says; ages are of somebody only beside a head that says of whom or when."""
    found = {at: means for at, name in enumerate(heads) if (means := meaning(name))}
    named = any(_OF_SOMEBODY.fullmatch(name.strip(" *_")) for name in heads)
    return {at: means for at, means in found.items() if means is not Meaning.AGE or named}


_OF_SOMEBODY: Final = re.compile(
    r"(?i).{0,10}(?:name|patient|pt|resident|client|child|pupil|student|who|initials|init|inits|sex|sex.{0,4}|gender|mrn|id|dob|birth|room|rm|bed|loc|date|donor|subject|member|contact|case)"
)
_MEANINGS: Final = (
    (_AGE, Meaning.AGE),
    (_TELEPHONE, Meaning.TELEPHONE),
    (_PUBLIC, Meaning.PUBLIC),
    (_IDENTIFIER, Meaning.IDENTIFIER),
)
_DELIMITERS: Final = ("|", "\t", ";", ",")
_QUOTED = re.compile(r'"[^"\n]{0,400}"')
_RULE = re.compile(r"[ |+=_:-]*\Z")
_GAP = re.compile(r"[ ]{2,}|\t")
_NO_GAP = re.compile(r"[^ \n\t]+(?:[ ][^ \n\t]+)*")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for line in text.split("\n"):
        yield begin, begin + len(line)
        begin += len(line) + 1


def _is_head(names: list[str]) -> bool:
    """Whether cells are heads: short words, hardly a digit among them, none of them said twice in a row of dashes."""
    written = [name.strip() for name in names if name.strip()]
    if not _FEWEST_HEADS <= len(written) <= _MOST_HEADS or any(len(name) > _LONGEST_HEAD for name in written):
        return False
    if len(written) < len(names) - 1:
        return False
    plain = sum(not any(c.isdigit() for c in name) for name in written)
    return plain >= _LEAST_PLAIN_SHARE * len(written) and any(meaning(name) for name in written)


def _delimited(text: str, lines: list[tuple[int, int]], delimiter: str) -> Iterator[Cell]:
    heads: dict[int, Meaning] = {}
    width = below = 0
    for begin, end in lines:
        if text.count(delimiter, begin, end) < 2:
            if not _RULE.match(text[begin:end]) and not text[begin:end].startswith((" ", "\t")):
                below += 20  # a line of prose between rows; a few of them end the table
            if below > _LONGEST_TABLE:
                heads = {}
            continue
        spans = list(_parts(text, begin, end, delimiter))
        names = [text[one:two] for one, two in spans]
        if _is_head(names):
            heads = _meanings(names)
            width, below = len(names), 0
            continue
        below += 1
        if abs(len(spans) - width) > _RAGGED:
            continue
        for at, (one, two) in enumerate(spans):
            means = heads.get(at)
            if means:
                yield Cell(one + _indent(text, one, two), two, means)


def _parts(text: str, begin: int, end: int, delimiter: str) -> Iterator[tuple[int, int]]:
    line = text[begin:end]
    if delimiter in ",;":  # inside of quotes they part nothing
        line = _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), line)
    start = begin
    for part in line.split(delimiter):
        yield start, start + len(part)
        start += len(part) + 1


def _indent(text: str, begin: int, end: int) -> int:
    return sum(1 for _ in takewhile(str.isspace, text[begin:end]))


def _aligned(text: str, lines: list[tuple[int, int]]) -> Iterator[Cell]:
    heads: list[tuple[int, int, Meaning | None]] = []
    below = 0
    for begin, end in lines:
        line = text[begin:end]
        if "|" in line or not _GAP.search(line.strip()):
            below += 5
            if below > _LONGEST_TABLE or not line.strip():
                below += 10
            continue
        spans = [one.span() for one in _NO_GAP.finditer(line)] if "\t" not in line else []
        if _is_head([line[one:two] for one, two in spans]):
            means = _meanings([line[one:two] for one, two in spans])
            heads = [(one, two, means.get(at)) for at, (one, two) in enumerate(spans)]
            below = 0
            continue
        below += 1
        if below > _LONGEST_TABLE:
            heads = []
        for at, (one, two) in enumerate(spans if heads else []):
            above = heads[at][2] if len(spans) == len(heads) else _head_above(heads, one, two)
            if above:
                yield Cell(begin + one, begin + two, above)


def _head_above(heads: list[tuple[int, int, Meaning | None]], begin: int, end: int) -> Meaning | None:
    """The meaning of the only head that a cell stands below."""
    above = [head for head in heads if head[0] < end and begin < head[1]]
    if len(above) != 1:
        return None
    one, two, means = above[0]
    flush = abs(begin - one) <= _SHIFTED or abs(end - two) <= _SHIFTED
    return means if flush or means is not Meaning.PUBLIC else None
