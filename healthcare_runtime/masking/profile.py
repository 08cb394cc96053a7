"""What a masked document may still say."""

from enum import StrEnum


class MaskingProfile(StrEnum):
    """Two names for two promises; shifted dates are never called Safe Harbor."""

    SAFE_HARBOR = "safe-harbor"
    """164.514(b)(2): of dates only the year, of ZIP codes three digits, codes from a random secret."""
    LIMITED = "limited"
    """Dates shifted per patient: under a data use agreement (164.514(e)) or after an expert determination."""
