# ruff: noqa: E501 - a pattern is read best as one line
"""Numbers behind the nouns of the ward, the road and the office: a run, a seal, a tray, a docket, a plate, a tail.

The words name things of which one belongs to one event or person; beside words that count them ("2 trays") or size them
("set 12") a number identifies nobody, so it must have a form: three digits and a letter or hyphen, or four digits.
"""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english.numbered import is_clock, is_range
from phi_detector.labelled_pattern import LabelledPattern
from phi_detector.pattern_rule import PatternRule

_FEWEST: Final = 4
_NOUN: Final = (
    r"runs?|trips?|mission|incidents?|inc|call|pcr|epcr|cad|rig|veh(?:icle)?|fleet|truck|bus|cab|"
    r"trays?|loaners?|sets?|kits?|seals?|sealed|resealed|re-sealed|tags?|barcodes?|scans?|scan id|cooler|shipper|cylinder|bottle|"
    r"tar|dcn|icn|har|tcn|pnr|ctr|pcn|par|eob|era|grv|grievance|complaint|appeal|hearing|petition|warrant|citation|summons|orders?|ord|wo|work order|job|task|"
    r"ack|core id|receipt|rcpt|check|chk|cheque|ck|voucher|env(?:elope)?|safe|sheet|locker|property(?: bag)?|bag|box|book|letter|"
    r"badge|collar|star|shield|nic|pin|user|login|emp(?:loyee)?|staff|crew|operator|tech|vendor|visitor|temp|"
    r"mbr|member|subscr|subscriber|conf(?:irmation)?|e-?ticket|ticket|tkt|booking|reservation|tracking|trk|awb|waybill|certified mail|shipment|"
    r"phn|hcn|ihi|chi|uhid|dva(?: gold| white)?|c-file|claim|dss|dds|ind|registry|register|waitlist|wait list|log|"
    r"pendant|wanderguard|transmitter|telemetry box|tele box|monitor|sensor|epoc|reader|logger|meter|s/?n|ser|lots?|batch|amp|ampoule|"
    r"explant of|explant|implant|graft|tissue|donor|unit|disc|cd|report|rpt|doc|document|packet|case|file|mou|contract|agreement|ref|our ref|your ref|bill|invoice|po"
)
_MARK: Final = r"\.?(?i:[ ]{0,2}(?:no\.?|nos\.?|num\.?|number|#|id|code|is|was|:|=|pending|registry)){0,3}[ :#=(]{1,4}"
_VALUE: Final = r"(?P<v>(?=[A-Z]{0,6}[-/]?[A-Z]{0,3}\d)[A-Z\d](?:[A-Z\d]|[-/.](?=[A-Z\d])){2,22}|\d{4}(?: \d{4}){2,4}(?: \d{1,3})?|\d{2,4}[ ]\d{3}[ ]\d{3}|[A-Z]{2}[ ]\d{5,8})(?![\w/%-]|[.,]\d|[ ]?(?i:mg|ml|mcg|units?|cc|kg|g|lb|mm|cm|am|pm|h|hrs?|min)(?![a-z]))"
_ENTRY: Final = (
    r"(?:gate|door|garage|gas|share|access|clinic share|entry|pass|security|lock ?box|key ?box|key ?safe|keypad|alarm|voicemail|portal|activation|physitrack|healthy start)"
    r"(?:[ ]?(?:code|passcode|pin))?|pass ?code|passcode|pin"
)
_HYPHENED: Final = r"(?P<v>[A-Z]{0,3}\d{1,4}-\d{3,6}|[A-Z]{1,3}-\d{2,6}|\d{6,12})(?![\w/-])"
_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_NUMBERED_BEFORE: Final = re.compile(
    r"(?i)(?:#|(?<![a-z])(?:no\.?|pin|badge|collar|star|check|ck|safe|sheet|nic|job|ending(?: in)?))[ :]{0,2}$"
)
_ID = PhiType.ID


def _of_somebody(text: str, begin: int, end: int) -> float:
    value = text[begin:end]
    digits = sum(c.isdigit() for c in value)
    if (
        is_range(value)
        or is_clock(value)
        or re.fullmatch(r"(?:19|20)\d\d|\d{1,2}[/.]\d{1,4}(?:[/.]\d{2,4})?|\d+\.\d+|\d{1,2}-\d{1,2}", value)
    ):
        return 0.0
    if "." in value and not any(c.isalpha() for c in value):
        return 0.0
    if _CLOCK.fullmatch(value) and not _NUMBERED_BEFORE.search(text[max(0, begin - 10) : begin]):
        return 0.0
    formed = any(c.isalpha() for c in value) or "-" in value or "/" in value
    return 1.0 if digits >= _FEWEST or (digits >= 2 and formed and len(value) >= _FEWEST) else 0.0


def _no_clock(text: str, begin: int, end: int) -> float:
    return 0.0 if _CLOCK.fullmatch(text[begin:end]) else 1.0


def _with_letter_and_digit(text: str, begin: int, end: int) -> float:
    value = text[begin:end]
    return 1.0 if any(c.isdigit() for c in value) or value.isupper() else 0.0


RULES = (
    PatternRule(LabelledPattern(_NOUN, _MARK + _VALUE, whole=True), _ID, 0.7, evidence=_of_somebody),
    PatternRule(
        LabelledPattern(
            _ENTRY,
            r"(?i:[ ]{0,2}(?:is|no\.?|number|code|:|=|#)){0,3}[ :#=(]{1,3}"
            r"(?P<v>\d{4,8}#?|(?=[A-Z]{0,4}\d)[A-Z\d]{4,10}|(?=[A-Z-]{0,12}[A-Z])[A-Z\d]{4}(?:-[A-Z\d]{4}){1,3}|[A-Z]{2}\d{2}[ ]\d{4})(?![\w/%]|[.,]\d)",
        ),
        _ID,
        0.8,
    ),
    # "our ref GMX/5098159/97", "complaint C/39/986"
    PatternRule(
        LabelledPattern(
            r"ref|reference|complaint|bill|file|case|receipt|licen[cs]e|lic",
            r"(?i:(?: no)?\.?[ :]{1,3})(?P<v>(?=[A-Z\d]{0,8}/)[A-Z\d]{1,8}(?:[/-][A-Z\d]{1,8}){1,4})(?![\w/-])",
        ),
        _ID,
        0.8,
        evidence=_of_somebody,
    ),
    # "no. 45-0475", "#91-8548": a hyphen says that it is no count
    PatternRule(
        LabelledPattern(
            "no",
            rf"\.?[ ]{{1,2}}{_HYPHENED}",
            before=r"(?<!form )(?<!part )(?<!model )(?<!item )(?<!cat\. )(?<!policy )(?<!doc )",
        ),
        _ID,
        0.7,
        evidence=_of_somebody,
    ),
    PatternRule(re.compile(rf"#[ ]?{_HYPHENED}"), _ID, 0.7, evidence=_of_somebody),
    # small numbers of what one person wears, drives or waits on
    PatternRule(
        LabelledPattern(
            r"badge|collar|truck|bus|rig|wait ?list|hood key|locker|crutches|cab",
            r"(?i:(?:[ ]?(?:no\.?|#))?[ :#]{1,3})#?(?P<v>\d{2,6}|\d{1,2}-\d{1,2})(?![\w/:%-]|[.,]\d|[ ](?:[a-z]+s|am|pm)(?![a-z]))",
        ),
        _ID,
        0.5,
        evidence=_no_clock,
    ),
    # "dial 1-7719, code 6144#": of a bridge, behind its telephone
    PatternRule(
        re.compile(r"\d\d{3},?[ ]{1,3}(?i:(?:pass ?)?(?:code|pin)[ :#]{1,3})(?P<v>\d{4,8}#?)(?![\w/-])"), _ID, 0.75
    ),
    # a card, an account, a telephone of which the last digits are told
    PatternRule(
        LabelledPattern(
            r"ending|ends|ended",
            r"(?i:(?: in| with)?[ ]{1,2})(?P<v>\d{3,4})(?![\d/-]|[.,:]\d)",
            before=r"(?<!week )(?<!month )(?<!year )(?<!period )(?<!quarter )",
        ),
        _ID,
        0.7,
    ),
    # record locators of airlines have six letters and digits
    PatternRule(
        LabelledPattern(
            r"pnr|(?:record )?locator|e-?ticket|booking ref(?:erence)?|conf(?:irmation)?(?: (?:code|no\.?|#))?",
            r"(?i:(?: (?:is|was))?[ :#]{1,3})(?P<v>[A-Z\d]{6,8})(?!\w)",
        ),
        _ID,
        0.8,
        evidence=_with_letter_and_digit,
    ),
    PatternRule(
        LabelledPattern(
            r"flights?|flt|flew|via|home|aboard|on",
            r"[ :,]{1,3}(?P<v>[A-Z]{2}[ ]?\d{3,4})(?=[,;.) ]|$)",
            whole=True,
        ),
        _ID,
        0.5,
    ),
    # groups of four: certified mail, parcels, Aadhaar; units of blood (ISBT 128), numbers of aliens
    PatternRule(
        re.compile(r"\d(?<![\w./-].)(?<!\d .)\d{3} \d{4} \d{4}(?: \d{4}){0,3}(?: \d{1,3})?(?![\w/%-]|[.,]\d)"),
        _ID,
        0.7,
        evidence=_of_somebody,
    ),
    PatternRule(re.compile(r"[A-Z](?<![\w-].)\d{4}[ ]\d{2}[ ]\d{6}(?:[ ][A-Z\d](?![\w]))?"), _ID, 0.95),
    PatternRule(re.compile(r"[A-Z](?<![\w-].)\d{3}[ -]\d{3}[ -]\d{3}(?![\w-])"), _ID, 0.85),
    # aircraft by what their country's mark is, and anything behind "tail"
    PatternRule(
        LabelledPattern(
            "C-[FGI][A-Z]{3}|G-[A-Z]{4}|VH-[A-Z]{3}|EI-[A-Z]{3}|ZK-[A-Z]{3}|VT-[A-Z]{3}",
            r"(?![\w-])",
            before=r"(?<![\w-])",
            cased=True,
        ),
        _ID,
        0.7,
    ),
    PatternRule(
        LabelledPattern(
            r"tail|aircraft|a/c|helicopter|helo|registration|reg",
            r"[ :#]{1,3}(?P<v>N\d{1,5}[A-Z]{0,2}|JA\d{2,4}[A-Z]{0,2}|[A-Z]{1,2}-[A-Z]{3,4})(?![\w-])",
        ),
        _ID,
        0.8,
    ),
    # crews by their vehicle: "Medic 7", "Engine 23", "Rescue 5"
    PatternRule(
        LabelledPattern(
            "Medic|Engine|Rescue|Squad|Battalion|Ambulance|Ladder|MEDIC|ENGINE|RESCUE|SQUAD|BATTALION|AMBULANCE|LADDER",
            r"[ -]\d{1,3}(?![\w/%.-]\d|\w)",
            cased=True,
        ),
        _ID,
        0.6,
    ),
    PatternRule(
        LabelledPattern(
            r"bus|cab|taxi|van|truck|rig|ambulance|amb",
            r"(?i:[ ]?(?:no\.?|number|#)[ ]?#?)(?P<v>\d{1,5}|\d{1,3}-\d{1,4})(?![\w/-])",
        ),
        _ID,
        0.7,
    ),
    # officers: "Ofc Petrauskas #3647" stands beside a name, "ofcs (#403, #463)" does not
    PatternRule(
        LabelledPattern(
            r"ofcs?|officers?|sgts?|det|detective|deput(?:y|ies)|troopers?|ptlm|guards?|badges?|stars?",
            r"\.?[ ]{1,2}\(?(?P<v>#\d{2,6}(?:(?:,| and| &)[ ]#\d{2,6}){0,4})(?![\w-])",
        ),
        _ID,
        0.8,
    ),
    # plates: behind a vehicle and a colour
    PatternRule(
        LabelledPattern(
            r"van|truck|sedan|suv|car|pickup|minivan|wagon|ute|troopy|scooter|motorcycle|ambulance|jeep|ford|focus|fiesta|escape|explorer|f-?150|chevy|chevrolet|silverado|tahoe|malibu|toyota|camry|corolla|yaris|prius|tacoma|hilux|landcruiser|"
            r"honda|civic|accord|cr-v|nissan|altima|rogue|hyundai|elantra|kia|soul|subaru|outback|dodge|ram|caravan|gmc|buick|mazda|vw|volkswagen|golf|polo|passat|bmw|audi|volvo|tesla|transit|sprinter|astra|corsa|clio|licen[cs]e (?:number|no\.?|plate)?|plates?|reg(?:istration)?|parked",
            r"(?i:(?:[ ,](?:is|number|no\.?|gry|gray|grey|blk|black|wht|white|blu|blue|red|grn|green|sil|silver|gold|tan|maroon|brown)){0,3}[ ,:(#]{1,3})"
            r"(?P<v>[A-Z]{2,3}[ -]?\d{3,4}|\d{3,4}[ -]?[A-Z]{2,3}|[A-Z]\d{2}[ -]?[A-Z]{3}|[A-Z]{2}\d{2}[ ]?[A-Z]{3}|\d[A-Z]{3}\d{3}|[A-Z]{2}[ ]\d{2}[ ][A-Z]{1,2}[ ]\d{4})(?![\w-])",
        ),
        _ID,
        0.75,
    ),
)
