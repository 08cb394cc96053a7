# ruff: noqa: E501 - a pattern is read best as one line
"""Numbers that are nobody's: of standards and laws, forms and their editions, codes, parts, messages and software.

Some say so by their form (1.2.840.10008, CVE-2024-0727), some by what stands before them ("42 CFR", "Form", "REF"),
some only by the document that they stand in: "99213" in one that speaks of CPT, "OR-20117" in release notes.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english.columns import Meaning, cells
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.recogniser import Candidate

_TYPES: Final = frozenset({PhiType.ID, PhiType.PHONE_OR_FAX, PhiType.AGE})

# closed classes: HL7 v2 segments (chapter 2 and A), bodies that number standards, laws
_SEGMENT: Final = r"(?:MSH|MSA|ERR|EVN|PID|PD1|PV1|PV2|NK1|AL1|DG1|DRG|PR1|GT1|IN1|IN2|IN3|ORC|OBR|OBX|NTE|TQ1|SPM|SAC|RXO|RXE|RXD|RXR|RXA|RXC|RXG|TXA|FT1|SCH|RGS|AIS|AIG|AIL|AIP|MRG|MFI|MFE|STF|PRA|ZXX|QRD|QRF|QPD|RCP|ISA|NM1)"
_STANDARD: Final = r"(?:ISO(?:/IEC)?|IEC|(?:EN|BS|DIN)(?=[ -])|ANSI(?:/[A-Z]{2,6}){0,2}|AAMI|ASTM|AATCC|NFPA|NIOSH|OSHA|NIST(?: SP)?|FIPS|RFC|IEEE|ASHRAE|ASME|ASSE|UL|USP|CLSI|NCCLS|JIS|OMB(?: (?:no\.?|#|control (?:no\.?|number)))?|NQF|NPSG|CVE|CWE|UN(?=[ ]?\d{4}(?!\d))|SEP(?=-\d(?!\d))|CAS(?: no\.?)?|KB|PMCID|PMID|PROSPERO|ISRCTN|EudraCT|DRG|MS-DRG|SOC|NAICS|ICD-O(?:-3)?|CDT|LOINC|SNOMED(?: CT)?|RxNorm(?: (?:SCD|SBD|IN|BN))?|SCD|SBD|CVX|ATCC|NCTC|IDSR|GMDN|UNSPSC|MIL-STD|TB MED|(?:CMS|SSA|FDA|NAVMED|HRP)(?=[ -]\d{2,5}(?!\d))|(?:VA|DA|DD|SF|AF|AR|DoDI|DoDD|AFI|TM|FM)(?=[ -]\d{1,4}(?:-\d{1,4}){0,2}[A-Z]?(?![\w-])))"
_LAW: Final = r"(?:\d{1,3} (?:C\.?F\.?R\.?|U\.?S\.?C\.?(?:A\.?)?|Fed\.? ?Reg\.?|F\.(?:2d|3d|4th)?(?: ?Supp\.?(?: ?[23]d)?)?|U\.S\.|S\. ?Ct\.)|(?:[A-Z]\.[ ]?){2,4}(?:§+ ?)?|[A-Z][a-z]{2,4}\. (?:Stat|Code|Rev|Gen|Laws|Admin)\.?(?: [A-Z][a-z.]{1,6})*|Public Law|P\.?L\.?|Pub\. L\.|§+|Section|Title|Chapter|Article|Rule|para(?:graph|\.)?)"
_SPAN: Final = r"[A-Z0-9][\w/.:-]{0,16}(?:\([\w.]{1,8}\)){0,5}"

_ALWAYS: Final[tuple[re.Pattern[str] | LabelledPattern, ...]] = (
    # object identifiers, DICOM elements, hexadecimal words and digests, products of blood (ISBT 128)
    re.compile(
        r"[12](?<![\w.].)(?:(?<=1)\.2\.840\.100(?:08|65)|(?<=2)\.16\.840\.1\.113883|(?<=1)\.3\.6\.1)(?:\.\d{1,12}){0,16}(?![\w]|\.\d)"
    ),
    re.compile(r"\([0-9A-Fa-fgx]{4},[ ]?[0-9A-Fa-fgex]{4}\)?"),
    re.compile(r"0(?<!\w.)[xX][0-9A-Fa-f]{2,16}(?!\w)"),
    re.compile(r"[0-9a-f](?<!\w.)[0-9a-f]{31}(?:[0-9a-f]{8}|[0-9a-f]{32})?(?!\w)"),
    re.compile(r"[EFXS](?<!\w.)\d{4}[A-Z]\d[\dA-Z](?!\w)"),
    LabelledPattern(
        _SEGMENT,
        r"[-.]?\d{1,2}(?:[.-]\d{1,2}){0,3}(?:/\d{1,2})?(?![\w-])",
        before=r"(?<![\w-])",
        cased=True,
        whole=True,
    ),
    LabelledPattern(
        _STANDARD,
        r"[ #-]{0,2}(?:no\.? ?)?\d[\w.]{0,10}(?:[-/:][\w.]{1,8}){0,4}(?:\(\w{1,4}\)){0,3}(?!\w)",
        before=r"(?<!\w)",
        cased=True,
    ),
    re.compile(rf"(?<![\w]){_LAW}[ ]?§*[ ]?(?=[A-Z]?\d){_SPAN}(?:(?:,|;| and| to| or|-)[ ]?(?=\d){_SPAN}){{0,6}}"),
    LabelledPattern(
        r"rev(?:ision|ised|\.)?|ver(?:sion|\.)?|(?-i:v)(?=[ .]?\d{1,4}(?:\.|\b))|ed(?:ition|\.)|build|driver|firmware|f/?w|s/?w|hotfix|patch|release|browser|kernel|openssl|java|windows|ios|android|chrome|edge|schema",
        r"(?i:(?:[ .:#=\"]{1,3}|(?<=v))v?)\d[\w.]{0,14}(?:[-/]\d[\w.]{0,8})?(?!\w)",
    ),
    # "Form FDA 3500A (2/19)", "form 7120-44 (rev 03/19)", "IFU 1104-EN", "Leaflet A-22"
    LabelledPattern(
        r"forms?|leaflet|ifu|brochure|fact ?sheet|handout|booklet|poster|flyer|checklist|standard|guideline|bulletin|circular|advisory|regulations?",
        r"(?i:(?: (?:no\.?|number|#))?[ :#(]{1,3}(?:[A-Z]{2,6}[ -]{1,2}){0,2}(?:[A-Z]{1,4}-?)?\d{1,4}(?:-\d{1,4})?(?:-?[A-Z]{1,2})?(?![\w-])(?:[ ]?\([^()\n]{2,14}\))?)",
    ),
    # catalogue numbers of what is used: "REF 1804350-33 LOT 3493343"
    LabelledPattern(
        r"REF|[Rr]ef\.?",
        r"[ ]{1,2}(?=[A-Z-]{0,6}\d)[A-Z\d][A-Z\d.-]{2,18}(?=[ ;,/]{1,4}(?:LOT|Lot|lot|SN|S/N|exp|EXP|Qty|Quantity|size|UDI)|[ ]{2,}(?:LOT|Lot|lot|SN|Quantity|Qty|Rx))",
        before=r"(?<!\w)",
        cased=True,
    ),
    LabelledPattern(
        r"cat(?:alog(?:ue)?)?\.?(?: ?(?:no\.?|#|number))?|part(?: ?(?:no\.?|#|number))|p/n|sku|model(?: ?(?:no\.?|#|number))?|stock no\.?|item(?: ?(?:no\.?|#|number))|product(?: ?(?:code|no\.?|#|number))|row|error|port|vlan|line item",
        r"[ :#=]{1,3}(?i:(?=[A-Z-]{0,6}\d)[A-Z\d][A-Z\d./-]{1,18})(?!\w)",
    ),
    # a house's own policies: "POLICY NO. ADM-114"; an insurer's are longer
    LabelledPattern(
        r"(?:policy|procedure|sop|guideline|document|doc)(?: (?:no\.?|number|#))|supersedes|replaces|retires",
        r"[ :#]{1,3}[A-Z]{2,5}-\d{2,4}[A-Za-z]?(?![\w-])",
    ),
    # national drug codes, 5-4-2 with their dashes
    re.compile(r"\d(?<![\w-].)(?:\d{4}-\d{4}-\d{2}|\d{4}-\d{3}-\d{2}|\d{3}-\d{4}-\d{2}|\d{4}-\d{4}-\d)(?![\w-])"),
    # codes of HL7 and FHIR with their system: "8867-4^Heart rate^LN", "44054006 |Diabetes|"
    re.compile(r"\d(?<![\w-].)\d{2,8}(?:-\d)?(?=\^[A-Za-z][^|\n^]{2,60}\^)"),
    # what sums and gains: "+ 300", "30 + 500"
    re.compile(r"\+(?<!\w.)[ ]{0,1}(?!1[ \n]*[(\d])\d{1,4}(?:\.\d{1,5})?(?![\d-]|[ .(]{1,2}\d|\n)"),
)

# codes of lists that name their system anywhere in the document
_LOINC_DOCUMENT = re.compile(r"LOINC|\^LN(?![A-Z])|http://loinc")
_LOINC = re.compile(r"(?<![\w./-])\d{3,5}-\d(?![\w/-]|\.\d)")
_BILLING_DOCUMENT = re.compile(
    r"(?<![A-Za-z])(?:CPT|HCPCS|[Cc]hargemaster|CHARGEMASTER|CDM|MS-DRG|fee schedule|RVU)(?![A-Za-z])"
)
_BILLING = re.compile(
    r"(?<![\w./#-])(?:\d{4}[0-9TF]|[A-CEGJKLPQSV]\d{4})(?:-(?:[A-Z\d]{2}))?(?:(?:,|/|-| to | and | or | \+ )[ ]?(?:\d{5}|[A-CEGJKLPQSV]\d{4}))*(?![\w-]|\.\d|,\d)"
)
_SNOMED_DOCUMENT = re.compile(r"SNOMED|\bSCT\b|SCTID")
_SNOMED = re.compile(
    r"(?<![\w./#-])\d{6,18}(?=[ \t]{1,3}(?:\|[ ]?)?[A-Z][a-z]+(?:'s)?[ ][a-z(]|\t|[ ]?\|[ ]?[A-Z][a-z])"
)
_X12_DOCUMENT = re.compile(r"(?<!\d)(?:837[IPD]?|835|27[0178][A-Z]{0,2}|X12)(?!\d)")
_X12 = re.compile(r"(?<!\w)(?:[12][03][0-3]0|2[0-4]\d0)[A-I][A-C]?(?!\w)")
_RELEASE_DOCUMENT = re.compile(
    r"(?im)release notes?|known issues?|hot ?fix|change ?log|^[ ]*(?:fixed|new in|resolved)[ ]?(?:in .{1,12})?:?[ ]*$|what'?s new|^[ ]*\*?[ ]?Fixed:"
)
_ISSUE = re.compile(r"(?<![\w-])(?:[A-Z]{2,5}-\d{3,6}|#\d{4,6})(?![\w-])")
_FEWEST_ISSUES: Final = 3
_LISTS = (
    (_LOINC_DOCUMENT, _LOINC),
    (_SNOMED_DOCUMENT, _SNOMED),
    (_X12_DOCUMENT, _X12),
)
_LABEL_BEFORE = re.compile(
    r"(?i)(?:mrn|acct|account|id|number|no\.?|auth|claim|case|lic(?:ense)?|lot|serial|sn|s/n|badge|order|acc(?:ession)?|pin|code|ending|zip|box|ext|x|tel|phone|pager|call)[ :#=.]{1,3}$|#[ ]?$"
)
_STATE_BEFORE = re.compile(r"(?<![A-Z])[A-Z]{2}[ ]{1,2}$")
_FEWEST_BILLED: Final = 3
_CODE = re.compile(r"[A-Z]?\d{4,5}")


def without_public_numbers(text: str, found: Iterable[Candidate], where: Words | None = None) -> Iterator[Candidate]:
    """The candidates, but for numbers that lie within what is nobody's."""
    spans = _merged(public_spans(text, where))
    begins = [begin for begin, _ in spans]
    for one in found:
        if one.type in _TYPES and _lies_within(text, one, spans, begins):
            continue
        yield one


def _lies_within(text: str, one: Candidate, spans: list[tuple[int, int]], begins: list[int]) -> bool:
    """Whether every digit of a candidate belongs to a public number."""
    at = max(0, bisect_right(begins, one.begin) - 1)
    covered = 0
    digits = [i for i in range(one.begin, one.end) if text[i].isdigit()]
    while at < len(spans) and spans[at][0] < one.end:
        begin, end = spans[at]
        covered += sum(begin <= i < end for i in digits)
        at += 1
    return bool(digits) and covered == len(digits)


def public_spans(text: str, where: Words | None = None) -> Iterator[tuple[int, int]]:
    """Begin and end of every number that is nobody's, in no order."""
    for cell in cells(text):
        if cell.meaning is Meaning.PUBLIC:
            yield cell.begin, cell.end
    where = where or Words(text)
    for pattern in _ALWAYS:
        found = pattern.finditer(text) if isinstance(pattern, re.Pattern) else pattern.finditer(text, where)
        yield from (match.span() for match in found)
    for document, pattern in _LISTS:
        if document.search(text):
            for match in pattern.finditer(text):
                yield match.span()
    yield from _billed(text)
    yield from _issues(text)


def _billed(text: str) -> Iterator[tuple[int, int]]:
    """Codes of procedures, in a document that has a few of them and names their system."""
    if not _BILLING_DOCUMENT.search(text):
        return
    codes = [
        match.span()
        for match in _BILLING.finditer(text)
        if not _LABEL_BEFORE.search(text[max(0, match.start() - 12) : match.start()])
        and not _STATE_BEFORE.search(text[max(0, match.start() - 5) : match.start()])
    ]
    if sum(len(_CODE.findall(text, begin, end)) for begin, end in codes) >= _FEWEST_BILLED:
        yield from codes


def _issues(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of mended defects, in the notes to a release."""
    if not _RELEASE_DOCUMENT.search(text):
        return
    issues = [match.span() for match in _ISSUE.finditer(text)]
    if len(issues) >= _FEWEST_ISSUES:
        yield from issues


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
