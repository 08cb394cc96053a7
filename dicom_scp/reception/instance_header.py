"""Who an instance says it is: the few attributes that place it in the store, checked against its C-STORE command."""

from dataclasses import dataclass
from datetime import date
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
        if _uid(values, SOP_CLASS_UID) != request.sop_class_uid:
            raise _mismatch("SOP Class UID differs from the command")
        if _uid(values, SOP_INSTANCE_UID) != request.sop_instance_uid:
            raise _mismatch("SOP Instance UID differs from the command")
        study, series = _uid(values, STUDY_INSTANCE_UID), _uid(values, SERIES_INSTANCE_UID)
        if not is_uid(study):
            raise _mismatch("Study Instance UID is missing or invalid")
        if not is_uid(series):
            raise _mismatch("Series Instance UID is missing or invalid")
        return cls(parse_study_date(_text(values, STUDY_DATE)), study, series)


def header_is_complete(values: dict[int, bytes | None]) -> bool:
    """Whether the last of the header's attributes, in tag order, has been walked (PS3.5 7.1: tags ascend)."""
    return SERIES_INSTANCE_UID in values


def _mismatch(comment: str) -> StoreRefused:
    return StoreRefused(StoreStatus.DATA_SET_MISMATCH, comment)


def _uid(values: dict[int, bytes | None], tag: int) -> str:
    """The value without its padding: a zero (PS3.5 9.1), or the space that many senders put."""
    return _text(values, tag).rstrip("\0 ")


def _text(values: dict[int, bytes | None], tag: int) -> str:
    return (values.get(tag) or b"").decode("ascii", "replace")
