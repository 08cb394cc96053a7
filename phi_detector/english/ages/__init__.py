"""Ages: the number alone, as DetectPHI answers ("48" of "48-year-old"). Durations are none: "for 5 years"."""

from typing import Final

from phi_detector.english.ages import behind_birth_date, beside_sex, of_kin, stated, told
from phi_detector.english.ages.one_person import is_of_one_person

__all__ = ["RULES", "is_of_one_person"]

RULES: Final = (*stated.RULES, *beside_sex.RULES, *told.RULES, *of_kin.RULES, *behind_birth_date.RULES)
