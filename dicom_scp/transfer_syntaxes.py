"""The transfer syntaxes that can be received, and how each encodes the data set around its pixels (PS3.5 annex A).

Everything that PS3.6 table A-1 registers for data sets is here, compressed and retired ones too. A syntax that is not
here cannot be parsed with certainty, so it is not accepted. The SMPTE ST 2110 family is absent: it carries flows, not
files (PS3.22).
"""

from enum import Enum
from typing import Final


class Encoding(Enum):
    """How the elements of a data set are written; pixel compression does not matter here."""

    IMPLICIT_LITTLE = "implicit VR little endian"
    EXPLICIT_LITTLE = "explicit VR little endian"
    EXPLICIT_BIG = "explicit VR big endian"
    DEFLATED = "explicit VR little endian, deflated (RFC 1951)"


IMPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
DEFLATED_EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"

_ENCAPSULATED: Final = (
    "1.2.840.10008.1.2.1.98",  # encapsulated uncompressed
    *(f"1.2.840.10008.1.2.4.{number}" for number in range(50, 67)),  # JPEG, most of them retired
    "1.2.840.10008.1.2.4.70",  # JPEG lossless, first-order prediction
    "1.2.840.10008.1.2.4.80",  # JPEG-LS lossless
    "1.2.840.10008.1.2.4.81",  # JPEG-LS near-lossless
    *(f"1.2.840.10008.1.2.4.{number}" for number in range(90, 95)),  # JPEG 2000, part 2, JPIP
    *(f"1.2.840.10008.1.2.4.{number}" for number in range(100, 109)),  # MPEG2, H.264, HEVC
    *(f"1.2.840.10008.1.2.4.{number}.1" for number in range(100, 107)),  # the same, fragmentable
    *(f"1.2.840.10008.1.2.4.{number}" for number in range(110, 113)),  # JPEG XL
    *(f"1.2.840.10008.1.2.4.{number}" for number in range(201, 205)),  # HTJ2K, JPIP HTJ2K
    "1.2.840.10008.1.2.5",  # RLE lossless
    "1.2.840.10008.1.2.6.1",  # RFC 2557 MIME encapsulation, retired
    "1.2.840.10008.1.2.8.1",  # deflated image frames: the frames are deflated, the data set is not
)

ENCODINGS: Final[dict[str, Encoding]] = {
    IMPLICIT_LITTLE_ENDIAN: Encoding.IMPLICIT_LITTLE,
    EXPLICIT_LITTLE_ENDIAN: Encoding.EXPLICIT_LITTLE,
    DEFLATED_EXPLICIT_LITTLE_ENDIAN: Encoding.DEFLATED,
    EXPLICIT_BIG_ENDIAN: Encoding.EXPLICIT_BIG,
    "1.2.840.10008.1.2.4.95": Encoding.DEFLATED,  # JPIP referenced deflate
    "1.2.840.10008.1.2.4.205": Encoding.DEFLATED,  # JPIP HTJ2K referenced deflate
    **dict.fromkeys(_ENCAPSULATED, Encoding.EXPLICIT_LITTLE),
}
