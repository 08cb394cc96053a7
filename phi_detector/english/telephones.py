# ruff: noqa: E501 - a pattern is read best as one line
"""Telephone and fax numbers. 911 and vanity numbers name nobody and are left out, as DetectPHI does."""

import re
from typing import Final

import phonenumbers

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english.identifying_numbers import is_publication
from phi_detector.english.numbered import is_clock
from phi_detector.labelled_pattern import LabelledPattern
from phi_detector.pattern_rule import PatternRule

_EXTENSION: Final = r"(?:[ ,;]{0,3}(?i:x|ext\.?|extension|opt(?:ion)?)[ .:#]{0,3}\d{1,6})?"
_GAP: Final = r"[ ]{0,2}[-.\u00b7/]?[ ]{0,3}"
_AMERICAN: Final = rf"(?:\+?1[ .-]{{0,2}})?(?:\([ ]?\d{{3}}[ ]?\){_GAP}|\d{{3}}(?:[ ]{{0,2}}[-./][ ]{{0,3}}|[ ]{{1,2}}))\d{{3}}(?:[ ]{{0,2}}[-./][ ]{{0,3}}|[ ]{{1,2}})\d{{4}}"
_COUNTRY_AND_NUMBER: Final = r"[ ]?\d{1,3}(?:[ ().-]{0,3}\d{1,5}){2,6}"
_INTERNATIONAL: Final = rf"\+{_COUNTRY_AND_NUMBER}"
_LABEL: Final = (
    r"tele?phone|phone|ph|tel|cell(?:ular)?(?: phone)?|mobile|mob|landline|home|work|office|pager?|beeper|contact(?: (?:number|no|at))?|"
    r"call(?:ed|back)?(?: back)?(?: (?:at|on|(?:me|us|him|her|them) (?:at|on)))?|answering at|messages? (?:at|to|on)|reach(?:ed|able)?(?: (?:me|her|him|us|them))? (?:at|on)|dial|number|voicemail|hotline|whatsapp|text|sms|extension|ext|clinic|answering service|nurses'? station|"
    r"[tpcwmoh](?=[:.])"
)
_TO_CALL: Final = r"(?i:[ ]?(?:numbers?|no\.?|num\.?|#|line|at|is|\([a-z]{1,6}\)|:|\.|-|=|\||[ ]){0,4}[ ]{0,4})"
_FAX: Final = r"fax|facsimile|telefax|f(?=:)"
_TO_FAX: Final = r"(?i:[ ]?(?:numbers?|no\.?|#|to|at|is|\([a-z]{1,6}\)|:|\.|-|=|\||[ ]){0,4}[ ]{0,4})"
# as Japan writes them: 06(6123)4567, (06)6123-4567, 090-1234-5678, +81 3 1234 5678
_JAPANESE: Final = r"0\d{1,4}[ ]?\([ ]?\d{1,4}[ ]?\)[ ]?\d{3,4}|\(0\d{1,4}\)[ ]?\d{1,4}[ ]?-[ ]?\d{3,4}|0\d{1,4}[ ]?-[ ]?\d{1,4}[ ]?-[ ]?\d{3,4}"
_ANY: Final = (
    rf"(?:{_INTERNATIONAL}|{_JAPANESE}|{_AMERICAN}|\(?\d{{2,5}}\)?(?:[ .-]{{1,3}}\d{{2,5}}){{1,4}}|\d{{7,12}})"
)
_FROM_ABROAD: Final = r"(?:11|0)[ -]{1,2}?\d{1,3}(?:[ ()-]{1,3}\d{2,8}){1,4}"
_CALLED_BEFORE = re.compile(r"(?i)(?:phone|page)[ ]$")
_CLOCK = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_YEAR_DIGITS: Final = 4
_EMERGENCY = re.compile(r"911(?!\d)[.,;]?[ ]")
_PHONE = PhiType.PHONE_OR_FAX


def _international(text: str, begin: int, end: int) -> float:
    try:
        number = phonenumbers.parse(text[begin:end])
    except phonenumbers.NumberParseException:
        return 0.85
    return 1.0 if phonenumbers.is_possible_number(number) else 0.9


def _enough(text: str, begin: int, end: int) -> float:
    if _EMERGENCY.match(text, begin, end):
        return 0.0
    digits = sum(c.isdigit() for c in text[begin:end])
    return 1.0 if digits >= 7 else 0.0


def _nine(text: str, begin: int, end: int) -> float:
    """A number of Japan has ten or eleven digits, a partly masked one fewer; a range or a code has less."""
    if is_clock(text[begin:end]):
        return 0.0
    return 1.0 if sum(c.isdigit() for c in text[begin:end]) >= 9 else 0.0


def _spaced(text: str, begin: int, end: int) -> float:
    """Three groups with nothing but spaces between may be a table of values."""
    return 0.6 if set(text[begin:end]) <= set("0123456789 ") else 1.0


def _no_clock(text: str, begin: int, end: int) -> float:
    """Hours of giving are none, "TID 0900 1300 2100"; behind "phone" or "page" one of them is when somebody called."""
    if is_clock(text[begin:end]):
        return 0.0
    hours = _CLOCK.fullmatch(text[begin:end]) and _CALLED_BEFORE.search(text[max(0, begin - 10) : begin])
    return 0.3 if hours else 1.0


def _no_power(text: str, begin: int, end: int) -> float:
    """A microscope magnifies by round numbers: "x400"; nobody's extension ends with two zeros there."""
    return 0.0 if text[begin:end].endswith("00") else 1.0


def _dialled(text: str, begin: int, end: int) -> float:
    """Three digits and more; a time of the day behind "ring" or "paged" may be one, so it is trusted less."""
    value = text[begin:end].lstrip("x#")
    if len(value) == _YEAR_DIGITS and value.startswith(("19", "20")):
        return 0.3
    return 0.7 if _CLOCK.fullmatch(value) else 1.0


def _local(text: str, begin: int, end: int) -> float:
    return 0.0 if text[end : end + 1] in {"-", "/", "%"} or is_publication(text, begin) else 1.0


RULES = (
    PatternRule(
        LabelledPattern(_FAX, rf"{_TO_FAX}(?P<v>{_ANY}{_EXTENSION})(?!\d)"), _PHONE, 0.98, PhiKind.FAX, evidence=_enough
    ),
    PatternRule(LabelledPattern(_LABEL, rf"{_TO_CALL}(?P<v>{_ANY}{_EXTENSION})(?!\d)"), _PHONE, 0.98, evidence=_enough),
    PatternRule(
        re.compile(rf"(?<![\w.+-])(?<!\d )\(?{_AMERICAN}{_EXTENSION}(?![\d]|-\d|\.\d)"), _PHONE, 0.95, evidence=_spaced
    ),
    PatternRule(re.compile(rf"0(?<![\w./+-].)(?<!\d .){_FROM_ABROAD}(?![\d-]|\.\d)"), _PHONE, 0.85, evidence=_nine),
    # an extension, last in a row of a table: "4-2210"
    PatternRule(re.compile(r"[2-9](?<=\D[ ]{2}.)-\d{4}(?![\w/%-]|[.,]\d)"), _PHONE, 0.7),
    PatternRule(
        re.compile(rf"\+(?<![\w+].){_COUNTRY_AND_NUMBER}{_EXTENSION}(?!\d)"), _PHONE, 0.97, evidence=_international
    ),
    PatternRule(
        re.compile(rf"[2-9](?<![\w./+-].)(?<!\d .)\d\d[-.]\d{{4}}{_EXTENSION}(?![\d-]|\.\d)"),
        _PHONE,
        0.75,
        evidence=_local,
    ),
    PatternRule(re.compile(rf"(?<![\w./+(-])(?:{_JAPANESE}){_EXTENSION}(?![\d-]|\.\d)"), _PHONE, 0.85, evidence=_nine),
    PatternRule(
        re.compile(r"[(0](?<![\w./+-].)(?:(?<=0)|0)\d{1,4}\)?[ -]\d{3,4}[ -]?\d{3,4}(?![\d-]|\.\d)"),
        _PHONE,
        0.8,
        evidence=_no_clock,
    ),
    PatternRule(
        re.compile(r"0(?<![\w./+-].)(?<!\d .)\d{1,4}(?: \d{2,4}){2,4}(?![\d/%-]|\.\d| \d)"), _PHONE, 0.7, evidence=_nine
    ),
    PatternRule(re.compile(r"[2-9](?<![\w./+-].)\d\d[2-9]\d{6}(?![\d-]|\.\d)"), _PHONE, 0.7),
    PatternRule(
        LabelledPattern(
            r"pager?|beeper|bleep|ext\.?|extension|voicemail|vocera|asc?om|spectralink|dect|phone",
            r"(?i:[ ]?(?:number|no\.?|#|at|is|:|[ ]){0,3})(?P<v>x?\d{4,6})(?![\d/]|-\d|\.\d)",
        ),
        _PHONE,
        0.9,
        evidence=_no_clock,
    ),
    PatternRule(
        re.compile(r"[xX](?<![\w.].)\d{3,6}(?![\w/]|[ ]?(?i:mag|field|obj|days?|wk|weeks?|h\b))"),
        _PHONE,
        0.7,
        evidence=_no_power,
    ),
    # "ext 934", "my line is 6-7087", "RN Paige will ring 8663", "pgr 52-0390"
    PatternRule(
        LabelledPattern(
            r"ext\.?|extn\.?|extension|pgr|pager|bleep|beeper|vocera|mailbox|voice ?mail box|vm box|intercom|buzz(?:er)?|internal(?:ly)?|direct line|desk|line|hotline|paged|ring|rang|dial|switch ?board",
            r"(?i:[ ]?(?:number|no\.?|#|at|is|on|:|[ ]){0,3})\(?(?P<v>x?\d{1,2}-\d{4}|#?\d{3,6})(?![\d/%]|-\d|\.\d|[ ]?(?i:am|pm|h\b|hrs?|mg|ml|mm|min|times|x\b|days?))",
        ),
        _PHONE,
        0.75,
        evidence=_dialled,
    ),
    # short dials in brackets or behind a name: "(7-0578)", "to Kyaw 7-5924"
    PatternRule(re.compile(r"\d(?<=\(.)\d?-\d{4}(?=\))"), _PHONE, 0.6),
)
