"""The object key of a stored DICOM instance: built by the SCP, read by the importer.

``{YYYY}/{MM}/{DD}/{timestamp}/{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm`` (seed 002, S3 bucket).
The date is StudyDate when that is a valid date, else today in UTC; ``timestamp`` is the UNIX time in seconds at which
the association was accepted, made unique per association, so that one association's study is one import prefix.
"""

import re
from dataclasses import dataclass
from datetime import date

UID_MAXIMUM_LENGTH = 64
_UID = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*")
_LENIENT_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_KEY = re.compile(
    r"(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<day>[0-9]{2})/(?P<timestamp>[0-9]{1,20})/"
    r"(?P<study>[0-9.]{1,64})/(?P<series>[0-9.]{1,64})/(?P<sop>[0-9.]{1,64})\.dcm"
)


class InvalidKeyError(ValueError):
    """The key is not one that this platform writes. The message never contains the key."""


def is_uid(text: str) -> bool:
    """Whether ``text`` can stand as a UID in a key: at most 64 characters of digits and dots (PS3.5 9.1).

    Components with leading zeros break PS3.5 but are common in the field and harmless in a key: they are accepted.
    """
    return 0 < len(text) <= UID_MAXIMUM_LENGTH and _LENIENT_UID.fullmatch(text) is not None


def is_strict_uid(text: str) -> bool:
    """Whether ``text`` is a UID to the letter of PS3.5 9.1: no component has a leading zero."""
    return 0 < len(text) <= UID_MAXIMUM_LENGTH and _UID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class InstanceKey:
    """Where one DICOM instance is stored.

    Raises
    ------
    InvalidKeyError
        A UID is empty, too long, or holds anything but digits and dots; the timestamp is negative.
    """

    day: date
    timestamp: int
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str

    def __post_init__(self) -> None:
        for name in ("study_instance_uid", "series_instance_uid", "sop_instance_uid"):
            if not is_uid(getattr(self, name)):
                raise InvalidKeyError(f"{name}: must be 1 to 64 digits and dots (PS3.5 9.1)")
        if self.timestamp < 0:
            raise InvalidKeyError("timestamp: must not be negative")

    @property
    def prefix(self) -> str:
        """The import prefix: one association's part of one study. Ends in a slash, so 1.2 never matches 1.23."""
        # Not strftime: it writes the year 999 with three digits.
        return f"{self.day.isoformat().replace('-', '/')}/{self.timestamp}/{self.study_instance_uid}/"

    @property
    def series_prefix(self) -> str:
        return f"{self.prefix}{self.series_instance_uid}/"

    def __str__(self) -> str:
        return f"{self.series_prefix}{self.sop_instance_uid}.dcm"

    @classmethod
    def parse(cls, key: str) -> "InstanceKey":
        """Read a key back.

        Raises
        ------
        InvalidKeyError
            The key has another layout, a date that does not exist, or a malformed UID.
        """
        match = _KEY.fullmatch(key)
        if match is None:
            raise InvalidKeyError("object key: not YYYY/MM/DD/timestamp/study/series/instance.dcm")
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError as error:
            raise InvalidKeyError("object key: its date does not exist") from error
        return cls(day, int(match["timestamp"]), match["study"], match["series"], match["sop"])


def parse_study_date(text: str) -> date | None:
    """Read a DA value (PS3.5 6.2), in the current form YYYYMMDD or the retired one YYYY.MM.DD; None if impossible."""
    digits = text.strip(" \0")
    if len(digits) == 10 and digits[4] == digits[7] == ".":
        digits = digits.replace(".", "")
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
