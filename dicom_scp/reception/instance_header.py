"""Who an instance says it is: the few attributes that place it in the store, checked against its C-STORE command."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Protocol

from dicom_scp.ports import StoreRefused, StoreRequest, StoreStatus
from dicom_scp.reception.element_walker import ElementWalker
from dicom_scp.reception.inflation import InflatingWalker
from dicom_scp.transfer_syntaxes import ENCODINGS, Encoding
from healthcare_runtime.object_key import is_uid, parse_study_date

SOP_CLASS_UID: Final = 0x0008_0016
SOP_INSTANCE_UID: Final = 0x0008_0018
STUDY_DATE: Final = 0x0008_0020
STUDY_INSTANCE_UID: Final = 0x0020_000D
SERIES_INSTANCE_UID: Final = 0x0020_000E
_HEADER_TAGS: Final = frozenset((SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY_DATE, STUDY_INSTANCE_UID, SERIES_INSTANCE_UID))


class DataSetWalker(Protocol):
    """Sees every byte of a data set once, in order."""

    @property
    def values(self) -> dict[int, bytes | None]: ...
    def feed(self, data: bytes | memoryview) -> None: ...
    def finish(self) -> None: ...


def walk_header(transfer_syntax_uid: str) -> DataSetWalker:
    """A walker for a data set in this transfer syntax that keeps what `InstanceHeader.read` needs."""
    encoding = ENCODINGS[transfer_syntax_uid]
    walker = ElementWalker(encoding, _HEADER_TAGS)
    return InflatingWalker(walker) if encoding is Encoding.DEFLATED else walker


@dataclass(frozen=True, slots=True)
class InstanceHeader:
    """The attributes that place an instance. ``study_date`` is None when absent or impossible."""

    study_date: date | None
    study_instance_uid: str
    series_instance_uid: str

    @classmethod
    def read(cls, values: dict[int, bytes | None], request: StoreRequest) -> "InstanceHeader":
        """Judge what was walked against the command (PS3.4 B.2.3, PS3.7 9.1.1.1.9).

        Raises
        ------
        StoreRefused
            0xA900: the data set names another SOP class or instance than its command, or none, or lacks a study or
            series UID that can stand in a key. Nothing is ever stored under an invented name.
        """
        if _uid(values.get(SOP_CLASS_UID)) != request.sop_class_uid:
            raise _mismatch("SOP Class UID differs from the command")
        if _uid(values.get(SOP_INSTANCE_UID)) != request.sop_instance_uid:
            raise _mismatch("SOP Instance UID differs from the command")
        return _place(values.get(STUDY_DATE), values.get(STUDY_INSTANCE_UID), values.get(SERIES_INSTANCE_UID))


def header_is_complete(values: dict[int, bytes | None]) -> bool:
    """Whether the last of the header's attributes, in tag order, has been walked (PS3.5 7.1: tags ascend)."""
    return SERIES_INSTANCE_UID in values


@lru_cache(maxsize=1024)
def _place(study_date: bytes | None, study: bytes | None, series: bytes | None) -> InstanceHeader:
    """The same for all instances of a series, so that only its first one is judged."""
    header = InstanceHeader(parse_study_date(_text(study_date)), _uid(study), _uid(series))
    if not is_uid(header.study_instance_uid):
        raise _mismatch("Study Instance UID is missing or invalid")
    if not is_uid(header.series_instance_uid):
        raise _mismatch("Series Instance UID is missing or invalid")
    return header


def _mismatch(comment: str) -> StoreRefused:
    return StoreRefused(StoreStatus.DATA_SET_MISMATCH, comment)


def _uid(value: bytes | None) -> str:
    """A value without its padding: a zero (PS3.5 9.1), or the space that many senders put."""
    return _text(value).rstrip("\0 ")


def _text(value: bytes | None) -> str:
    return (value or b"").decode("ascii", "replace")
