# ruff: noqa: E501 - a pattern is read best as one line
"""Places smaller than a state (164.514(b)(2)(i)(B)): streets, post boxes, cities, ZIP codes, wards and rooms."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import eponyms, words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.pattern_rule import PatternRule
from phi_detector.recogniser import Candidate, Source

STATES: Final = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|"
    "Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|"
    "Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|"
    "Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|"
    "Wyoming|District of Columbia|Puerto Rico|Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia"
)
_ABBREVIATIONS: Final = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
    "PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|GU|VI|AS|MP|AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|NSW|VIC|QLD|TAS|ACT"
)
_ABBREVIATION_SET = frozenset(_ABBREVIATIONS.split("|"))
_ALSO_CREDENTIALS = {
    "MB",
    "MD",
    "MA",
    "PA",
    "DC",
    "MS",
    "ND",
    "AS",
    "MP",
    "ME",
    "OR",
    "IN",
    "CO",
    "DE",
    "LA",
    "HI",
    "ID",
    "OK",
    "MI",
    "CA",
    "PE",
    "ACT",
    "AL",
}
_STREET_TYPE: Final = (
    r"(?:Street|Str|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Plaza|Plz|Terrace|Ter|Terr|Trail|Trl|"
    r"Parkway|Pkwy|Highway|Hwy|Square|Sq|Crescent|Cres|Close|Row|Walk|Mews|Loop|Alley|Aly|Path|Pike|Turnpike|Way|Heights|Hts|Crossing|Xing|Ridge|"
    r"Hill|Grove|Gardens|Gdns|Green|Point|Landing|Run|Expressway|Expy|Freeway|Causeway|Broadway|Esplanade|Quay|Wharf|Parade|Rise|Vale|View|Bend|Cove|Canyon|Glen|Hollow|Manor|Meadow|Meadows|Station|Junction|Commons|Camino)"
)
_UNIT: Final = r"(?:[ ]{0,3},?[ ]{0,3}(?i:apartment|apt|unit|suite|ste|floor|fl|room|rm|bldg|building|lot|trailer|#)[ .#]{0,3}[A-Za-z0-9-]{1,6}){0,2}"
_DIRECTION: Final = (
    r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest)\.?[ ]{1,3})?"
)
_STREET_WORD: Final = (
    rf"(?:{NAME_WORD}\.?|\d{{1,3}}(?:st|nd|rd|th|St|Nd|Rd|Th)|[A-Z]\.?|(?:de|la|las|los|del|of|the|and))"
)
_HOUSE: Final = r"(?<![\w./:$-])\d{1,6}(?:[A-Za-z]|-\d{1,5}|[ ]1/2)?"
_STREET: Final = rf"{_HOUSE}[ ]{{1,4}}{_DIRECTION}(?:{_STREET_WORD}[ ]{{1,4}}){{1,5}}?{_STREET_TYPE}(?![a-z'])\.?(?:[ ](?:N|S|E|W|NE|NW|SE|SW)(?![A-Za-z])\.?)?{_UNIT}"
_CITY: Final = rf"(?:(?:St|Mt|Ft|Pt)\.[ ]{{1,2}})?{NAME_WORD}(?:[ -]{{1,3}}(?:{NAME_WORD}|of|on|by|upon|the|de|la|del|los|las|du|sur|[A-Z]\.)){{0,3}}"
_STATE: Final = rf"(?:{STATES}|{_ABBREVIATIONS}|[A-Z]\.[ ]?[A-Z]\.)"
_ZIP: Final = r"\d{5}(?:-\d{4})?(?!\d)"
_BOX: Final = r"p\.?[ ]?o\.?[ ]?b(?:ox|x\.?)|post office box|p\.?m\.?b\.?|rr[ ]?#?\d{1,3},?[ ]box|rural route \d{1,3},?(?: box)?|hc[ ]\d{1,3}[ ]box"
_OF_BOX: Final = r"[ #.:]{0,3}\d{1,7}[A-Za-z]?"
_WHERE: Final = (
    r"(?:lives?|living|lived|resid(?:es?|ing|ed)|moved|relocated|born|raised|grew up|stay(?:s|ed|ing)|hails?|visiting|visited|travel(?:l?ed|l?ing|s)?|returned|flew|flies|flying|drove|drives|driving|ships|shipped|mailed|came|comes|arrived|fled|emigrated|immigrated|(?:listened|dialed|phoned|called|flew|drove) in|"
    r"resident|native|home|house|transferred|transfer|originally|commutes|works|vacation(?:ing)?|trip|church|college|area)[ ](?:in|to|from|of|at|near|outside|outside of|alone in|with family in)[ ](?:downtown |north |south |east |west |rural |nearby )?"
)
NOT_PLACES = words.listed("not_places")


def _city_and_state(text: str, begin: int, end: int) -> float:
    """No town in Maryland: "John Smith, MD". What is a degree too needs a known town or a ZIP code."""
    value = text[begin:end]
    if value[-1].isdigit():
        return 1.0
    city, _, state = value.replace(".", "").rpartition(",")
    if value.endswith(".") and state.replace(" ", "") not in _ABBREVIATION_SET:
        return 0.0  # "Ann Roe, M.B."
    city = words.folded(" ".join(city.split()))
    if city in words.places():
        return 1.0
    if state.strip() in _ALSO_CREDENTIALS:
        return 0.0
    return 0.85 if not all(part in words.words() for part in city.split()) else 0.45


def _street_of_ordinary_words(text: str, begin: int, end: int) -> float:
    """No number before it: "Will Drive" and "High Court" need a name among the words."""
    named = text[begin:end].split()[:-1]
    return 1.0 if any(words.folded(word) not in words.words() for word in named) else 0.4


def _postcode(text: str, begin: int, end: int) -> float:
    return 0.0 if re.fullmatch(r"T\dN\dM\d", text[begin:end]) else 1.0  # a tumour's stage


def _room(text: str, begin: int, end: int) -> float:
    return 0.0 if text[end : end + 1] in {"%", "/"} else 1.0


_ADDRESS = PhiType.ADDRESS
_S = r"[ ]{1,4}"

RULES = (
    PatternRule(re.compile(rf"{_STREET},[ ]{{1,4}}(?P<v>{_CITY})"), _ADDRESS, 0.8, PhiKind.PLACE),
    PatternRule(LabelledPattern(r"Flat|Apt\.?|Apartment|Unit|House|Villa|Plot", rf"[ ]#?\d{{1,4}}[A-Za-z]?,?[ ]{{1,3}}{_STREET}", whole=True, cased=True), _ADDRESS, 0.95, PhiKind.STREET),
    PatternRule(re.compile(_STREET), _ADDRESS, 0.95, PhiKind.STREET),
    PatternRule(re.compile(rf"{_HOUSE}[ ]{{1,3}}(?:Calle|Rue|Via|Avenida|Camino|Paseo|Rua)(?:[ ]{{1,3}}{_STREET_WORD}){{1,4}}{_UNIT}"), _ADDRESS, 0.9, PhiKind.STREET),
    PatternRule(re.compile(rf"(?<![\w])(?:{NAME_WORD}[ ]{{1,4}}){{1,3}}(?:Street|Avenue|Road|Boulevard|Lane|Drive|Court|Terrace|Parkway|Highway|Crescent|Blvd|Ave|Rd)(?![a-z']){_UNIT}"), _ADDRESS, 0.75, PhiKind.STREET,
        evidence=_street_of_ordinary_words),
    PatternRule(LabelledPattern(_BOX, _OF_BOX), _ADDRESS, 0.97, PhiKind.STREET),
    PatternRule(LabelledPattern(_BOX, rf"{_OF_BOX},[ ]{{1,4}}(?P<v>{_CITY})"), _ADDRESS, 0.8, PhiKind.PLACE),
    PatternRule(LabelledPattern("apt|apartment|flat", r"\.?[ ]{1,2}#?[ ]?(?:\d{1,5}[A-Za-z]?|[A-Z]-?\d{0,4})(?![\w/]|\.\d)"), _ADDRESS, 0.7, PhiKind.STREET),
    PatternRule(LabelledPattern(r"(?:psc|cmr|unit)[ ]\d{1,5},?[ ]box", r"[ ]\d{1,6}(?!\d)"), _ADDRESS, 0.95, PhiKind.STREET),
    PatternRule(LabelledPattern("[afd]po,?[ ]a[aep]", r"[ ]{1,3}\d{5}(?:-\d{4})?(?!\d)"), _ADDRESS, 0.95, PhiKind.POSTAL_CODE),
    PatternRule(re.compile(rf"(?<![\w.-])(?:\d{{1,6}}[ ])?(?:{NAME_WORD}[ ])?{NAME_WORD}(?i:stra(?:ss|ß)e|gatan?|vej|veien|vägen|gasse|straat|laan|katu|kuja|tie)[ ]\d{{1,4}}(?![\w/]|\.\d)"), _ADDRESS, 0.8, PhiKind.STREET),
    PatternRule(re.compile(rf"(?<![\w'-])(?:\d{{1,6}},?[ ])?(?:Calle|Rue|Via|Avenida|Avenue|Paseo|Rua|Viale|Piazza|Plaza|Carrer|ul\.|Ulica)[ ](?:(?:de|del|la|las|los|des|du|da|do|dos|dei|di|l|d)['’ ])*(?:{NAME_WORD}[ ]){{1,3}}\d{{1,5}}(?![\w/]|\.\d)"), _ADDRESS, 0.8, PhiKind.STREET),
    PatternRule(LabelledPattern("Highway|Hwy|Route|Rte|County Road|CR|State Road|SR|US|Interstate|I", r"[ -]\d{1,4}(?:[NSEW])?(?![\d/])(?=[ ,.]|$)", whole=True, cased=True), _ADDRESS, 0.45, PhiKind.STREET),
    PatternRule(re.compile(rf"(?<![\w'-]){_CITY}[ ]?,[ ]{{0,4}}{_STATE}(?![A-Za-z])(?:,?[ ]{{1,4}}{_ZIP})?"), _ADDRESS, 0.93, PhiKind.PLACE, evidence=_city_and_state),
    PatternRule(re.compile(rf"(?<![\w'-]){_CITY}[ ]{{1,3}}(?:{_ABBREVIATIONS})[ ]{{1,4}}{_ZIP}"), _ADDRESS, 0.93, PhiKind.PLACE),
    PatternRule(LabelledPattern(_STATE, rf"[ ,]{{1,5}}(?P<v>{_ZIP})", cased=True), _ADDRESS, 0.95, PhiKind.POSTAL_CODE),
    PatternRule(LabelledPattern("zip(?:[ ]?code)?|postal[ ]?code|postcode", rf"[ :#=]{{0,4}}(?:is[ ])?(?P<v>{_ZIP}|\d{{3}}[ -]?\d{{2,4}}|\d{{4,5}}(?:-\d{{3}}|[ ][A-Z]{{2}})?|[A-Za-z0-9]{{2,4}}[ ]?[A-Za-z0-9]{{3}})(?![\w-])"), _ADDRESS, 0.97, PhiKind.POSTAL_CODE),
    PatternRule(re.compile(r"\d(?<![\w.-].)\d{4}-\d{4}(?![\w-])"), _ADDRESS, 0.7, PhiKind.POSTAL_CODE),
    PatternRule(re.compile(r"[ABCEGHJ-NPRSTVXY](?<![\w-].)\d[ABCEGHJ-NPRSTV-Z][ ]?\d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])"), _ADDRESS, 0.85, PhiKind.POSTAL_CODE,
        evidence=_postcode),
    PatternRule(re.compile(r"[A-PR-UWYZ](?<![\w-].)(?:[A-HK-Y]\d{1,2}|[A-HK-Y]\d[ABEHMNPRV-Y]|\d[A-HJKPSTUW])[ ]{1,2}\d[ABD-HJLNP-UW-Z]{2}(?![\w-])"), _ADDRESS, 0.85, PhiKind.POSTAL_CODE),
    PatternRule(LabelledPattern("room|rm|bed|bay|pod|cubicle|suite", r"[ .:#]{1,3}(?:\d{1,5}[A-Za-z]?(?:-\d{1,4}[A-Za-z]?|-[A-Za-z])?|[A-Z]-?\d{1,4}[A-Z]?)(?![\w/]|\.\d|[ ](?:air|hours|days|liters))"), _ADDRESS, 0.8, PhiKind.PLACE, evidence=_room),
    PatternRule(re.compile(r"(?<![A-Za-z])(?:(?:Ward|ward|Unit|Floor|Wing|Tower|Pavilion|Building|Bldg|Module)[ #]{1,2}(?:\d{1,3}[A-Z]?|[A-Z]\d{0,3})(?:[ ](?:North|South|East|West|Tower))?|\d{1,2}[ ]?(?:North|South|East|West|N|S|E|W)(?=[ ,.)-]{0,2}(?:[ ]?(?i:room|rm|bed|unit|icu|floor|tower|wing)))|(?:[1-9]|1\d)(?:st|nd|rd|th)[ ](?i:floor)|[A-Z]\w{2,14}[ ](?:Ward|Wing|Pavilion|Tower|Building)(?![a-z]))"), _ADDRESS, 0.6, PhiKind.PLACE),
)  # fmt: skip

_LIVES_IN = LabelledPattern(_WHERE, f"(?P<v>{_CITY})")
_CITY_LABEL = LabelledPattern(
    "city|town|county|address|birthplace|place of birth|hometown|location",
    rf"[ ]?:[ ]{{0,6}}(?P<v>{_CITY})",
    whole=True,
)
_PART = re.compile(r"\S+")
_PLACE_CANDIDATE = re.compile(rf"(?<![\w'-]){NAME_WORD}(?:[ ]{{1,3}}{NAME_WORD}){{0,2}}")
_SCALE = re.compile(
    r"(?:[ ][A-Z][\w-]{1,20}){0,4}[ ](?i:scales?|scores?|index|test(?:ing)?|assessment|inventory|criteria|grade|class(?:ification)?|rules?|"
    r"levels?|risk|system|stage|category|study|protocol|heart association|cardiovascular society)(?![a-z])|[ ](?:[A-Z]\d|I{1,3}V?|IV|VI{0,3})(?!\w)"
)
_FAINT = 0.28  # "Lab: Normal Values": only where the tagger agrees
_BEFORE_PLACE = re.compile(r"(?i)(?<![a-z])(?:in|from|near|at|to|of|outside|around|through|via|downtown)[ ]$")


_PLACED_AT = LabelledPattern(
    r"(?:seen|transfer(?:red)?|admi(?:tted|ssion)|brought|works?|worked|working|employed|job|discharged?|sent|referr?(?:ed|al)|resident|stay(?:s|ing|ed)?|incarcerated|lives|living|treated|"
    r"evaluated|hospitali[sz]ed|accepted|drawn|done|performed|delivered|born|attends?|attending|volunteers?|bed|placement|eval|picked up|enrolled|studies|student|care|services|appointment|follow(?:ed)?[ -]?up|moved|"
    r"returned|back|home|directed|taken|presented|records|films|images|labs?|imaging|surgery|biopsy|records|rehab|dialysis|pharmacy|church|school|camp|first choice)"
    r"(?:[ ][a-z]{1,10}){0,2}[ ](?:at|from|to|in|near|through|is|with)|"
    r"(?:works?|worked|working|employed)(?:[ ]as[ ][a-z ]{3,20})?[ ](?:for|by)|(?:work|school)[ ](?:note|excuse|letter|form|slip)[ ](?:for|to)",
    rf"[ ](?:the[ ])?(?P<v>{NAME_WORD}(?:[ ](?:{NAME_WORD}|of|at|on|the|and|&)){{0,4}})",
)
_PLACED_AFTER = LabelledPattern(
    r"(?:passed(?: away)?|died|expired|deceased|buried|delivered|fill(?:ed)?|adm(?:it)?|xfer(?:red)?|tx) (?:at|from|to|in)|(?:forms?|paperwork|letter|note|fmla|excuse)(?: [a-z]{2,10}){0,2} (?:for|to)|"
    r"(?:employer|preschool|pre-k|kindergarten|daycare|nursery|parish|temple|mosque|synagogue|hotel|motel|shelter)[ ]?(?:[:(]|is)?|"
    r"(?:employed|day care|school|high school|college|church|pharmacy|dialysis(?: unit)?|lab|facility|hospital|clinic|nursing home|group home|halfway house|snf|rehab|alf|jail|prison|camp|job|work|workplace|agency|home health|hospice)[ ]?[:(]",
    rf"[ ]{{0,3}}(?P<v>(?:The[ ])?{NAME_WORD}(?:[ ](?:{NAME_WORD}|of|at|the|and|&)){{0,4}})",
)
_SUFFIXED = re.compile(
    rf"(?<![\w'-])(?P<v>{NAME_WORD}(?:[ ]{NAME_WORD}){{0,2}})(?=[ ](?:CBOC|VAMC|VA|ED|ER|EMS|Fire|PD|SNF|ALF|ICF|FQHC|campus|Campus|branch|office|ortho|cards|derm|clinic)(?![\w-]))"
)


def _placed(flat: str, where: Words) -> Iterator[Candidate]:
    """What someone is at, from or brought to, and that is no common word: a facility, an employer, a town."""
    for match in chain(_PLACED_AT.finditer(flat, where), _PLACED_AFTER.finditer(flat, where), _SUFFIXED.finditer(flat)):
        begin = match.start("v")
        parts = list(re.finditer(r"\S+", match.group("v")))
        while parts and parts[-1].group() in {"of", "at", "on", "the", "and", "&"}:
            parts.pop()
        plain = [words.folded(part.group()) for part in parts if part.group()[0].isupper()]
        if not plain or plain[0] in NOT_PLACES or plain[0] in NOT_NAMES or all(word in _COMMON for word in plain):
            continue
        name = " ".join(plain)
        ordinary = all(word in words.everyday_words() for word in plain)
        if name.title() in _STATE_NAMES or name in NOT_PLACES or (len(plain) == 1 and ordinary):
            continue
        score = _FAINT if ordinary and match.re is not _PLACED_AT.pattern else 0.6
        yield Candidate(begin, begin + parts[-1].end(), _ADDRESS, score, PhiKind.PLACE)


_COMMON = words.listed("generic_facility_words")


def named_places(flat: str, where: Words) -> Iterator[Candidate]:
    """Cities without a state: what someone lives in, and towns that the gazetteer knows."""
    for pattern, score in ((_LIVES_IN, 0.7), (_CITY_LABEL, 0.8)):
        for match in pattern.finditer(flat, where):
            begin, end = match.span("v")
            name = words.folded(" ".join(match.group("v").split()))
            if name.split()[0] in NOT_PLACES or name.title() in _STATE_NAMES:
                continue
            if name.split()[0] in words.words() and name not in words.places():
                continue
            yield Candidate(begin, end, _ADDRESS, 0.9 if name in words.places() else score, PhiKind.PLACE)
    yield from _placed(flat, where)
    places = words.places()
    for match in _PLACE_CANDIDATE.finditer(flat):
        ends = [match.start() + part.end() for part in _PART.finditer(match.group())]
        beginnings = [words.folded(" ".join(flat[match.start() : end].split())) for end in ends]
        if places.isdisjoint(beginnings):
            continue
        for count, end, name in zip(range(len(ends), 0, -1), reversed(ends), reversed(beginnings), strict=True):
            if _SCALE.match(flat, end) or eponyms.is_eponym(flat, match.start(), end):
                break
            if name in places and name.title() not in _STATE_NAMES and name not in NOT_PLACES:
                known = name in words.last_names() or name in words.first_names()
                cue = bool(_BEFORE_PLACE.search(flat[max(0, match.start() - 9) : match.start()]))
                score = 0.7 if cue and not known else 0.5 if cue else 0.28 if count > 1 else 0.2
                yield Candidate(match.start(), end, _ADDRESS, score, PhiKind.PLACE, Source.GAZETTEER)
                break


_STATE_NAMES = frozenset(STATES.split("|"))
