# ruff: noqa: E501 - a pattern is read best as one line
"""Names that medicine has made its own: Parkinson's disease is nobody's name."""

import re

from phi_detector.english.words import folded, listed

_ALWAYS = listed("eponyms")
_BEHIND = re.compile(
    r"(?:'s?)?[ -]{1,2}(?:and[ ]\w{2,15}[ ])?(?i:disease|syndrome|sign|test|score|scale|criteria|classification|class|stage|staging|index|catheter|tube|clamp|retractor|forceps|scissors|drain|pouch|procedure|operation|"
    r"maneuver|manoeuvre|phenomenon|palsy|lymphoma|sarcoma|tumou?r|cyst|fracture|dislocation|contracture|esophagus|oesophagus|thyroiditis|chorea|dementia|encephalopathy|nodes?|cells?|bodies|body|stain|solution|lactate|anemia|"
    r"purpura|arteritis|vasculitis|granulomatosis|hernia|ligament|reflex|point|triad|law|line|lines|tendon|duct|gland|canal|loop|pulse|breathing|respirations?|nodules?|node|valve|filter|needle|suture|pack|wire|pin|"
    r"protocol|questionnaire|inventory|assessment scale|coma|screening|risk|grade|grading|type|formula|equation|method|technique|approach|repair|resection|anastomosis|fundoplication|"
    r"position|virus|fever|rash|ulcer|diverticulum|malformation|ataxia|dystrophy|neuralgia|paralysis|angina|murmur|rings?|spots?|papules?|plaques?|web|trial|study score|monitor|stockings?|boot|brace|collar|"
    r"splint|walker|lift|chair|bed|bandage|dressing|vaccine|assay|panel|antigen|antibody|smear|swab|lamp|light|filtration|cannula|nephropathy|retinopathy|glomerulonephritis)(?![a-z])"
)


def is_eponym(flat: str, begin: int, end: int) -> bool:
    """Whether a capitalised span is a medical term: by itself, or by the word behind it."""
    name = flat[begin:end]
    plain = folded(name.removesuffix("'s"))
    if plain in _ALWAYS and flat[max(0, begin - 5) : begin].strip()[-3:] not in {
        "Dr.",
        "Dr",
        "Mr.",
        "Mrs",
        "Ms.",
        "Mr",
        "Ms",
    }:
        return True
    last = plain.split()[-1] if plain.split() else ""
    return (" " not in name or last in _ALWAYS) and bool(_BEHIND.match(flat, end))
