# ruff: noqa: E501 - a pattern is read best as one line
"""What the head of a column says of the numbers below it.

A column "MRN" or "Badge #" holds identifiers whatever their form, one of "CPT" or "Part no." holds none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate
from phi_detector.tables import FEWEST_CELLS, MeantCell, below_heads

_MOST_HEADS: Final = 60
_LONGEST_HEAD: Final = 28
_LEAST_PLAIN_SHARE: Final = 0.75  # of heads without any digit
_SCORE: Final = 0.85
_OLDEST: Final = 115


class Meaning(StrEnum):
    """What a head says of the cells below it."""

    IDENTIFIER = "IDENTIFIER"
    TELEPHONE = "TELEPHONE"
    AGE = "AGE"
    PUBLIC = "PUBLIC"


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
_OF_SOMEBODY: Final = re.compile(
    r"(?i).{0,10}(?:name|patient|pt|resident|client|child|pupil|student|who|initials|init|inits|sex|sex.{0,4}|gender|mrn|id|dob|birth|room|rm|bed|loc|date|donor|subject|member|contact|case)"
)
_MEANINGS: Final = (
    (_AGE, Meaning.AGE),
    (_TELEPHONE, Meaning.TELEPHONE),
    (_PUBLIC, Meaning.PUBLIC),
    (_IDENTIFIER, Meaning.IDENTIFIER),
)


def find_in_columns(text: str) -> Iterator[Candidate]:
    """What stands in columns whose head says that it identifies, calls or is an age."""
    for cell in cells(text):
        value = _VALUES[cell.meaning](cell.text) if cell.meaning in _VALUES else None
        if value:
            yield Candidate(cell.begin + value.start("v"), cell.begin + value.end("v"), _TYPES[cell.meaning], _SCORE)


def cells(text: str) -> Iterator[MeantCell[Meaning]]:
    """Every cell below a head that means something; what stands askew below a head is not thought public."""
    return (cell for cell in below_heads(text, _said) if cell.flush or cell.meaning is not Meaning.PUBLIC)


def meaning(head: str) -> Meaning | None:
    """What a head says, if anything."""
    name = head.strip(" *_\"':").replace("_", " ")
    if name == "pH":
        return None
    return next((means for pattern, means in _MEANINGS if pattern.fullmatch(name)), None)


def _said(names: Sequence[str]) -> Mapping[int, Meaning] | None:
    """What heads say: short words, hardly a digit among them; ages are of somebody only beside whom or when."""
    written = [name for name in names if name]
    if not FEWEST_CELLS <= len(written) <= _MOST_HEADS or len(written) < len(names) - 1:
        return None
    if any(len(name) > _LONGEST_HEAD for name in written):
        return None
    plain = sum(not any(c.isdigit() for c in name) for name in written)
    if plain < _LEAST_PLAIN_SHARE * len(written):
        return None
    found = {at: means for at, name in enumerate(names) if (means := meaning(name))}
    if not found:
        return None
    named = any(_OF_SOMEBODY.fullmatch(name.strip(" *_")) for name in names)
    return {at: means for at, means in found.items() if means is not Meaning.AGE or named}


def _identifier(content: str) -> re.Match[str] | None:
    match = _VALUE.match(content)
    value = match.group("v") if match else ""
    identifies = len(value) >= 3 and _digits(value) >= 2 and not _NO_IDENTIFIER.fullmatch(value)
    return match if identifies else None


def _telephone(content: str) -> re.Match[str] | None:
    match = _DIAL.match(content)
    return match if match and _digits(match.group("v")) >= 3 else None


def _age(content: str) -> re.Match[str] | None:
    match = _YEARS.match(content)
    return match if match and int(match.group("v")) <= _OLDEST else None


def _digits(value: str) -> int:
    return sum(c.isdigit() for c in value)


_VALUES: Final = {Meaning.IDENTIFIER: _identifier, Meaning.TELEPHONE: _telephone, Meaning.AGE: _age}
_TYPES: Final = {
    Meaning.IDENTIFIER: PhiType.ID,
    Meaning.TELEPHONE: PhiType.PHONE_OR_FAX,
    Meaning.AGE: PhiType.AGE,
}
