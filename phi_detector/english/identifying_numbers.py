# ruff: noqa: E501 - a pattern is read best as one line
"""Numbers of people, contracts, specimens and devices: by label, and by shape where no label stands."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.labelled_pattern import LabelledPattern
from phi_detector.pattern_rule import PatternRule

_SEPARATOR: Final = (
    r"(?i:[ ]{0,3}(?:\((?:mrn|ssn|dea|npi|id|csn|fin|dob)\)|numbers?|no\.?|nos\.?|num\.?|nbr\.?|id|identifier|#s?|code|card|is|was|:|=|-|\||"
    r"on file|ending in|last (?:four|4)(?: digits)?|assigned)){0,4}[ ]{0,8}"
)
_VALUE: Final = (
    r"(?P<v>(?=[A-Za-z/.-]{0,8}[0-9])[A-Za-z0-9](?:[A-Za-z0-9*]|[-/.](?=[A-Za-z0-9*])){2,29}"
    r"(?:[ ]\d[\dA-Z-]{1,10}(?![\w/]|[ ]?(?i:mg|ml|year|y\.?o))){0,4})(?![A-Za-z0-9])"
)
_RECORD: Final = (
    r"m\.?r\.?n|mr[ ]?(?=#)|med(?:ical)?\.?[ ]rec(?:ord)?\.?|chart|health record|hospital (?:no|number|#)|"
    r"(?:patient|pt|unit|hosp|hospital|emr|ehr|epi|enterprise)[ ]?(?:id|no|#|number|identifier|ident)|unit record|record (?:no|number|#)|"
    r"master patient index|empi|mpi"
)
_CONTRACT: Final = (
    r"(?:account|acct|acc(?=[ ]?(?:#|no|:))|visit|encounter|enc|fin|csn|har|guarantor (?:id|no|#|number|acct)|member|subscriber|policy|"
    r"group|plan|insurance|medicare|medicaid|medi-cal|tricare|hicn?|mbi|beneficiary|health (?:plan|card|insurance)|nhs|hcn|ohip|"
    r"claim|auth(?:orization)?|pre-?auth(?:orization)?|referral|invoice|billing|bill|confirmation|case|file|docket|order|req(?:uisition)?|"
    r"accession|acc(?:ession)?|specimen|sample|lab|path(?:ology)?|surgical path|study|subject|participant|trial|protocol|ticket|"
    r"incident|(?:arm|wrist|id )?band|bracelet|report|document|doc|dictation|job|transcription|msg|message|fax|tracking|rx|prescription|ref(?:erence)?|employee|badge|staff|"
    r"student|military|veteran|va|inmate|booking|locker)(?:[ ]?(?:id|no\.?|number|num\.?|#|nbr|identifier|card|acct|code)){1,2}"
)
_CREDENTIAL: Final = (
    r"npi|dea|upin|lic(?:en[sc]e)?|medical licen[sc]e|state licen[sc]e|driver'?s?'? lic(?:en[sc]e)?|d\.?l\.?(?=[ ]?(?:#|no|:))|passport|"
    r"visa|green card|alien|certificate|cert|registration|reg|vin|(?:license|lic|number|vehicle) plate|plate|tag|tax id|ein|tin|itin|"
    r"national id|curp|ni(?:no)?(?= ?(?:no|number|:|#))|sin(?= ?(?:no|number|:|#))|pan|aadhaar|cpf|bank|routing|iban|swift|card|credit card|"
    r"finger ?print|biometric"
)
_DEVICE: Final = (
    r"serial|ser|s/n|sn|lot|udi|device id(?:entifier)?|device|implant|pacemaker|generator|lead|pump|asset|imei|meid|"
    r"model/serial|gtin|catalog(?:ue)?|ref"
)
_SOCIAL: Final = r"s\.?s\.?n\.?|soc(?:ial)?\.? ?sec(?:urity)?\.?|ss[ ]?(?=#|no)"
_CODE_SYSTEM = re.compile(
    r"(?i)(?<![a-z])(?:icd|cpt|loinc|snomed|rxnorm|hcpcs|ndc|drg|cas|ct-?scan|pmid|doi|isbn|atc|cvx|ncit?|code|oid)(?:[ -]?(?:10|9|ct|cm|-?10-cm))?[ :#(-]{0,3}(?:code[ :]{0,2})?$"
)
_QUANTITY = re.compile(
    r"(?i)[ ]?(?:mg|mcg|ug|g\b|kg|ml|cc|l\b|units?|iu|cfu|copies|cells|/|per|x10|mm|(?-i:cm)|meq|mmol|%|k\b|hours?|days?|weeks?|"
    r"colonies|col|wbc|rbc|platelets?|bpm|steps|calories|kcal|years?|dollars|usd|genomes?|counts?)"
)


# studies, publications and standards are public: NCT02142738, J Clin Oncol 2019;37(28):2518, PC.03.05.01, form 1187-B
_PUBLIC = re.compile(r"NCT\d{8}(?!\d)")
_PUBLICATION_BEFORE = re.compile(r"(?:;\d{1,4}[ ]?(?:\(\d{1,4}\))?:[ ]?|doi:[^ \n]{4,24}|[A-Z]{2,4}\.)$")


def is_publication(text: str, begin: int) -> bool:
    """Whether pages, a DOI or the number of a standard begin or go on at an offset."""
    return bool(_PUBLICATION_BEFORE.search(text[max(0, begin - 28) : begin]))


def is_code(text: str, begin: int) -> bool:
    """Whether a code system stands before an offset: its codes name diseases and drugs, not people."""
    return bool(_CODE_SYSTEM.search(text[max(0, begin - 18) : begin]) or _PUBLIC.match(text, begin))


def _digits(text: str, begin: int, end: int) -> float:
    """A labelled value with one digit or two may be a count or a room: not an identifier of a person."""
    value = text[begin:end]
    digits = sum(c.isdigit() for c in value)
    if digits < 2 or (digits < 3 and len(value) < 4) or _PUBLIC.match(value):
        return 0.0
    if re.fullmatch(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}\.\d{1,2}", value) or _QUANTITY.match(text[end : end + 10]):
        return 0.0
    return 1.0


def _weak_label(text: str, begin: int, end: int) -> float:
    """Lots and leads have short numbers that are sizes; catalogue numbers are no person's."""
    digits = sum(c.isdigit() for c in text[begin:end])
    return _digits(text, begin, end) if digits >= 4 else 0.0


def _bare(text: str, begin: int, end: int) -> float:
    """No label: long, and neither a code nor a quantity."""
    if is_code(text, begin) or is_publication(text, begin) or _QUANTITY.match(text[end : end + 10]):
        return 0.0
    value = text[begin:end]
    if value.isdigit() and len(set(value)) <= 2 and value.endswith("000"):
        return 0.0
    return 1.0


def _plate(text: str, begin: int, end: int) -> float:
    value = text[begin:end]
    return 1.0 if len(value) >= 4 and any(c.isalpha() for c in value) and sum(c.isdigit() for c in value) >= 2 else 0.0


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _provider(text: str, begin: int, end: int) -> float:
    """The check digit of an NPI counts the prefix 80840 (45 CFR 162.406)."""
    return 1.0 if luhn("80840" + text[begin:end]) else 0.0


def drug_enforcement_check(number: str) -> bool:
    """Whether the last digit of a DEA registration is its check digit: first, third, fifth + 2 x the others."""
    digits = [int(c) for c in number[-7:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def _drug_enforcement(text: str, begin: int, end: int) -> float:
    return 1.0 if drug_enforcement_check(text[begin:end]) else 0.65


_ID = PhiType.ID

RULES = (
    PatternRule(
        LabelledPattern(_RECORD, _SEPARATOR + _VALUE, whole=True),
        _ID,
        0.98,
        PhiKind.MEDICAL_RECORD_NUMBER,
        evidence=_digits,
    ),
    PatternRule(
        LabelledPattern(
            _SOCIAL, rf"{_SEPARATOR}(?P<v>[\dXx*]{{3}}[- .]?[\dXx*]{{2}}[- .]?\d{{4}}|\d{{4}})(?!\d)", whole=True
        ),
        _ID,
        0.99,
        PhiKind.SSN,
    ),
    PatternRule(LabelledPattern(_CONTRACT, _SEPARATOR + _VALUE, whole=True), _ID, 0.95, evidence=_digits),
    PatternRule(LabelledPattern(_CREDENTIAL, _SEPARATOR + _VALUE, whole=True), _ID, 0.95, evidence=_digits),
    PatternRule(LabelledPattern(_DEVICE, _SEPARATOR + _VALUE, whole=True), _ID, 0.9, evidence=_weak_label),
    PatternRule(LabelledPattern("ID", r"[ ]?[:#=]{1,2}[ ]{0,4}" + _VALUE, cased=True), _ID, 0.95, evidence=_digits),
    PatternRule(re.compile(r"[12](?<![\d.-].)\d{9}(?![\d.-])"), _ID, 0.8, evidence=_provider),
    PatternRule(
        re.compile(r"[ABCDEFGHJKLMPRSTUX](?<![A-Za-z0-9].)[A-Z9]\d{7}(?![A-Za-z0-9])"),
        _ID,
        0.95,
        evidence=_drug_enforcement,
    ),
    # Medicare beneficiary identifier (CMS, "Understanding the MBI")
    PatternRule(
        re.compile(
            r"[1-9](?<![A-Za-z0-9].)[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![A-Za-z0-9])"
        ),
        _ID,
        0.95,
    ),
    PatternRule(re.compile(r"\d(?<![\w.,/:$+-].)\d{6,13}(?![\w/%-]|[.,]\d)"), _ID, 0.65, evidence=_bare),
    PatternRule(re.compile(r"#[ ]?(?P<v>[A-Z]{0,3}-?\d{5,14})(?![\w.])"), _ID, 0.8),
    PatternRule(
        re.compile(
            r"[A-Z\d](?<![\w.,/:$+-].)(?:(?<=[A-Z])(?:[A-Z]{0,3}-?\d{5,12}|[A-Z]{0,3}\d{2,4}-\d{3,8}|\d{2}-\d{4,8})|(?<=\d)\d{3,9}[A-Z]{1,3})(?![\w/-]|\.\d)"
        ),
        _ID,
        0.65,
        evidence=_bare,
    ),
    PatternRule(
        re.compile(r"\d(?<![\w.,/:$+-].)\d{1,3}-\d{2,4}-\d{2,5}(?:-\d{1,4})?(?![\w/-]|\.\d)"), _ID, 0.55, evidence=_bare
    ),
    PatternRule(
        re.compile(r"[A-Z](?<![\w.,/:$+-].)[A-Z]{0,3}-\d{2,4}-\d{3,8}(?:-[A-Z0-9]{1,3})?(?![\w/-]|\.\d)"),
        _ID,
        0.8,
        evidence=_bare,
    ),
    PatternRule(
        re.compile(
            r"(?<![\w.,/:$+-])(?=[A-Z-]{0,6}\d)(?=[\d-]{0,8}[A-Z])(?:[A-Z\d]{2,8}-){1,3}[A-Z\d]{2,8}(?![\w/-]|\.\d)"
        ),
        _ID,
        0.5,
        evidence=_weak_label,
    ),
    PatternRule(
        LabelledPattern(
            r"last (?:four|4)(?: digits)?(?: of (?:the |his |her )?(?:ssn|social(?: security)?(?: number)?|#))?|(?:ssn|social) ending(?: in)?|ending in|ends in",
            r"(?i:"
            r"[ :#(]{1,4}(?:is |are |confirmed |verified )?)(?P<v>\d{4})(?![\d/-])",
        ),
        _ID,
        0.9,
        PhiKind.SSN,
    ),
    PatternRule(
        LabelledPattern(
            r"plates?|license plate|tag|registration|vehicle|truck|sedan",
            r"(?i:(?: (?:number|no\.?|#|is|was|reads?))?[ :#,-]{1,4})(?P<v>(?=[A-Z -]{0,5}\d)[A-Z\d]{1,4}[ -]?[A-Z\d]{2,6}(?:[ -][A-Z\d]{1,4})?)(?![\w/-])",
        ),
        _ID,
        0.85,
        evidence=_plate,
    ),
    PatternRule(
        LabelledPattern(
            r"group|grp",
            r"(?i:[ ]?(?:no\.?|number|#)?[ :#]{1,3})(?P<v>[A-Z]{1,5}-?\d{3,9}|\d{5,9})(?![\w/]|[.,]\d)",
        ),
        _ID,
        0.85,
    ),
    PatternRule(
        LabelledPattern(
            r"medicare|medicaid|tricare|champva|aetna|cigna|humana|anthem|wellcare|molina|kaiser|bcbs|uhc|blue (?:cross|shield)|united ?healthcare",
            r"(?i:(?: (?:part [a-d]|hmo|ppo|epo|prime|select|advantage|plan))?[ :#,(-]{1,3})"
            r"(?P<v>(?=[A-Za-z-]{0,5}\d)[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){5,18})(?![\w/]|[.,]\d)",
        ),
        _ID,
        0.85,
        evidence=_weak_label,
    ),
    PatternRule(re.compile(r"\d(?<![\w.,/:$+-].)\d{5,9}-\d(?![\w/%-]|[.,]\d)"), _ID, 0.6, evidence=_bare),
    # letters and digits in one, too long for a code: "RHJ204W04666"
    PatternRule(
        re.compile(
            r"(?<![\w.,/:$+-])(?=[A-Z\d]{0,8}\d{2}[A-Z])(?=(?:[A-Z]*\d){5})(?=(?:\d*[A-Z]){2})[A-Z\d]{8,17}(?![\w/-]|\.\d)"
        ),
        _ID,
        0.6,
        evidence=_bare,
    ),
    # a noun that numbers things, and a number behind it
    PatternRule(
        LabelledPattern(
            r"plan|claims?|prescription|rx|script|policy|account|acct|case|file|badge|monitor|pump|bag|evidence|card|certificate|clia|ticket|request|order|invoice|receipt|record|records|specimen|sample|"
            r"accession|coverage|under|medicare|medicaid|insurance|subscriber|member|unit|kit|batch|lot|device|recorder|sensor|bracelet|wristband|tracker|permit|warrant|docket|form|patch|transmitter|valve|stent|graft|mesh|lens",
            r"(?i:[ ]{1,6}(?:id |no\.? |# ?|number )?)"
            r"(?P<v>(?=[A-Za-z/.-]{0,5}\d)[A-Za-z0-9](?:[A-Za-z0-9]|[-/](?=[A-Za-z0-9])){3,24}(?:[ ]\d{2,6}(?![\w/%]|[.,]\d|[ ]?(?i:mg|ml|year|y\.?o|units?|am|pm))){0,3})(?![\w/]|[.,]\d)",
        ),
        _ID,
        0.75,
        evidence=_weak_label,
    ),
)
