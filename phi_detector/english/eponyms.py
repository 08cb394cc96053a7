# ruff: noqa: E501 - a pattern is read best as one line
"""Names that medicine has made its own: Parkinson's disease is nobody's name."""

import re

from phi_detector.english.words import everyday_words, first_names, folded, further_names, last_names, listed, places

_ALWAYS = listed("eponyms")
_PHRASES = frozenset(entry.replace("_", " ") for entry in _ALWAYS if "_" in entry)
_BRANDS = listed("terms")
_BEHIND = re.compile(
    r"(?:'s?)?[ -]{1,2}(?:and[ ]\w{2,15}[ ])?(?i:rebound|tenosynovitis|monofilament|proteins?|disease|syndrome|sign|test|score|scale|criteria|classification|class|stage|staging|index|catheter|tube|clamp|retractor|forceps|scissors|drain|pouch|procedure|operation|"
    r"maneuver|manoeuvre|phenomenon|palsy|lymphoma|sarcoma|tumou?r|cyst|fracture|dislocation|contracture|esophagus|oesophagus|thyroiditis|chorea|dementia|encephalopathy|nodes?|cells?|bodies|body|stain|solution|lactate|anemia|"
    r"purpura|arteritis|vasculitis|granulomatosis|hernia|ligament|reflex|point|triad|law|line|lines|tendon|duct|gland|canal|loop|pulse|breathing|respirations?|nodules?|node|valve|filter|needle|suture|pack|wire|pin|"
    r"protocol|questionnaire|inventory|assessment scale|coma|screening|risk|grade|grading|type|formula|equation|method|technique|approach|repair|resection|anastomosis|fundoplication|"
    r"position|virus|fever|rash|ulcer|diverticulum|malformation|ataxia|dystrophy|neuralgia|paralysis|angina|murmur|rings?|spots?|papules?|plaques?|web|trial|study score|monitor|stockings?|boot|brace|collar|"
    r"splint|walker|lift|chair|bed|bandage|dressing|vaccine|assay|panel|antigen|antibody|smear|swab|lamp|light|filtration|cannula|nephropathy|retinopathy|glomerulonephritis|correction|regression|reservoir|model|curve|plot|effect|series|taper|unit|units|view|angle|space|membrane|osteotomy|incision|flap|graft|prosthesis|arthroplasty|implant|system|frame|apparatus|pessary|speculum|laryngoscope|blade|bougie|balloon|shunt|stent|score|nevus|neuroma|syndromes|signs|tests|scales|scores|criterion|rules?|study|analysis|statistic|alpha|kappa|medium|agar|culture|bacillus|bacilli|organisms?|disease|roll|splints?|bodies|inclusions?|staging|nomogram|algorithm|consensus|convention|pathway|regimen|diet|exercises?|program|therapy|block|technique|proportional hazards|exact|spaces?|trichrome|methenamine|wort|vests?|exponents?|bars?|wraps?|hooks?|elevator|rongeur|punch|snare|trocar|cautery|table|rods?|screws?|plates?|nails?|bundles?|fibers?|glands?|membranes?|zone|islets?|corpuscles?|crisis|disorder|malformations?|anomal(?:y|ies)|defect|deformity|gait|facies|pupils?|breaths?)s?(?![a-z])"
)


def is_eponym(flat: str, begin: int, end: int) -> bool:
    """Whether a capitalised span is a medical term: by itself, or by the words around it.

    "Babinski" is nobody here; "Wilson" is a term only where a word of medicine stands beside it.
    """
    if _TITLE_BEFORE.search(flat[max(0, begin - 11) : begin]):
        return False
    name = RATING.sub("", flat[begin:end])
    plain = " ".join(folded(name.removesuffix("'s")).split())
    parts = re.split(r"[ -]", plain)
    if _OF_ANATOMY.search(flat[max(0, begin - 16) : begin]) or _within_phrase(flat, begin, end, plain):
        return True
    if _is_term(plain, parts) or _is_told_behind(flat, begin, end, parts):
        return True
    if " " in name or not (plain in _ALWAYS or any(part in _ALWAYS for part in parts)):
        return False
    if not any(is_name(part) for part in parts):
        return True
    return bool(_TERM_BEFORE.search(flat[max(0, begin - 14) : begin]) or _TERM_BEHIND.match(flat, end))


def _is_term(plain: str, parts: list[str]) -> bool:
    """A phrase, a brand or a substance; or two who described it: Lambert-Eaton."""
    if "-" in plain and " " not in plain and (plain in _ALWAYS or all(part in _ALWAYS for part in parts)):
        return True
    return plain in _PHRASES or (bool(plain in _BRANDS or _SUBSTANCE.search(plain)) and not is_name(plain))


def _within_phrase(flat: str, begin: int, end: int, plain: str) -> bool:
    """Half of a term of two words: "Bence" of "Bence Jones"."""
    before, behind = _WORD_BEFORE.search(flat[max(0, begin - 20) : begin]), _WORD_BEHIND.match(flat, end)
    return bool(before and f"{folded(before.group('word'))} {plain}" in _PHRASES) or bool(
        behind and f"{plain} {folded(behind.group('word'))}" in _PHRASES
    )


def _is_told_behind(flat: str, begin: int, end: int, parts: list[str]) -> bool:
    """By the noun behind: "Kocher clamp", "Richmond Agitation-Sedation Scale"."""
    if len(parts) > 1 and _SCALE_BEHIND.match(flat, end) and any(part in everyday_words() for part in parts):
        return True
    return (" " not in flat[begin:end] or parts[-1] in _ALWAYS) and bool(_BEHIND.match(flat, end))


def is_term(word: str) -> bool:
    """Whether a word is one of medicine's own, and no name in any list: "Babinski", "Zofran", "Enterobacter"."""
    return (word in _ALWAYS or word in _BRANDS or bool(_SUBSTANCE.search(word))) and not is_name(word)


def is_name(word: str) -> bool:
    """Whether a list of names or places has a word, case folded."""
    return word in last_names() or word in first_names() or word in further_names() or word in places()


RATING = re.compile(r"(?<=[a-z])(?:[ ]{1,2}(?:[A-Z]|[IVX]{1,4}[A-Fa-f]?|\d\w?)){1,2}$")
# stems of the generic names of drugs (WHO, "The use of stems in the selection of INN") and of genera of bacteria
_SUBSTANCE = re.compile(
    r"^[a-z]{2,14}(?:mab|tinib|ciclib|navir|ciclovir|buvir|asvir|sartan|statin|olol|conazole|cillin|mycin|floxacin|cycline|gliptin|gliflozin|parin|xaban|gatran|prazole|setron|triptan|dronate|fibrozil|fibrate|thiazide|oxetine|azepam|barbital|"
    r"profen|coxib|phylline|lukast|terol|solone|glitazone|platin|rubicin|taxel|tecan|trexate|citabine|grastim|caine|curium|curonium|triptyline|ipramine|peridol|zolam|zolid|bactam|penem|lutamide|glutide|bacter|monas|coccus|bacillus|bacteria)$"
)
_SCALE_BEHIND = re.compile(
    r"[ ](?i:scales?|scores?|index|tests?|criteria|classification|questionnaire|inventory|staging|survey|checklist)(?![a-z])"
)
_OF_ANATOMY = re.compile(
    r"(?i)(?<![a-z])(?:pouch|circle|sinus|ligament|canal|crypts?|islets?|node|bundle|triangle|tetralogy|foramen|ampulla|angle|space|line|point|loop|ducts?|glands?|sphincter|valves?|tubercle|fascia|membrane|organ|cells?|zone|signs?)[ ]of[ ]$"
)
_WORD_BEFORE = re.compile(r"(?P<word>[^\W\d_]{2,20})[ ]$")
_WORD_BEHIND = re.compile(r"[ ](?P<word>[^\W\d_]{2,20})")
_TITLE_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:Drs?|Mr|Mrs|Ms|Mx|Miss|Prof|Rev|Fr(?=\.)|Chaplain|Nurse|Father|Sister|Pastor|Rabbi|Deacon|Officer|Ofc|Sgt|Lt|Capt|Judge)\.?[ ]{1,2}$"
)
_TERM_BEFORE = re.compile(
    r"(?i)(?:(?<![a-z])(?:no|negative|positive|modified|neg|pos|a|an|the|grade|type|per)[ ]{1,2}|[(])$"
)
_TERM_BEHIND = re.compile(
    r"(?i)[ ]{0,2}(?:\(?[+-]\)?|negative|positive|neg\b|pos\b|absent|present|grade|score|class|type|stage|\d|I{1,3}\b|criteria|was (?:negative|positive))"
)
