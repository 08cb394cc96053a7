"""The data sets of storage commitment: the request read, the result written (PS3.4 J.3.2, J.3.3).

pydicom reads and writes them: they are small, rare, and correctness matters more than speed. It is imported by the
first request, because most processes never see one.
"""

from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from typing import TYPE_CHECKING, Final

from dicom_scp.transfer_syntaxes import ENCODINGS, Encoding
from healthcare_runtime.object_key import is_uid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MAXIMUM_REQUEST_BYTES: Final = 1 << 20  # some 8,000 references
COMMITTED_EVENT: Final = 1  # every instance is safe, PS3.4 table J.3.3-1
FAILURES_EXIST_EVENT: Final = 2


class FailureReason(IntEnum):
    """PS3.4 J.3.3.1.1, PS3.3 C.14.1.1."""

    PROCESSING_FAILURE = 0x0110
    NO_SUCH_OBJECT_INSTANCE = 0x0112


class InvalidRequestError(ValueError):
    """The data set is not a storage commitment request. The message never quotes it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One instance of which the requester wants to know whether it is safe."""

    sop_class_uid: str
    sop_instance_uid: str


@dataclass(frozen=True, slots=True)
class CommitmentRequest:
    """What an N-ACTION-RQ asks."""

    transaction_uid: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class CommitmentResult:
    """What an N-EVENT-REPORT-RQ says."""

    transaction_uid: str
    committed: tuple[Reference, ...]
    failed: tuple[tuple[Reference, FailureReason], ...]

    @property
    def event_type_id(self) -> int:
        return FAILURES_EXIST_EVENT if self.failed else COMMITTED_EVENT


def decode_request(body: bytes, transfer_syntax: str) -> CommitmentRequest:
    """Read the data set of an N-ACTION-RQ.

    Raises
    ------
    InvalidRequestError
        It cannot be parsed, or lacks a transaction UID or references that are UIDs.
    """
    from pydicom import config  # noqa: PLC0415 - see the module's docstring
    from pydicom.filereader import read_dataset  # noqa: PLC0415

    # What matters is checked here; pydicom would log a line, with the value, for each thing that it finds odd.
    config.settings.reading_validation_mode = config.IGNORE
    encoding = ENCODINGS[transfer_syntax]
    try:
        data_set = read_dataset(
            BytesIO(body), encoding is Encoding.IMPLICIT_LITTLE, encoding is not Encoding.EXPLICIT_BIG
        )
        transaction_uid = _uid(data_set, "TransactionUID")
        references = tuple(
            Reference(_uid(item, "ReferencedSOPClassUID"), _uid(item, "ReferencedSOPInstanceUID"))
            for item in data_set.ReferencedSOPSequence
        )
    except InvalidRequestError:
        raise
    except Exception as error:  # whatever a parser meets in a stranger's bytes, deep nesting included
        raise InvalidRequestError("not a data set with Transaction UID and Referenced SOP Sequence") from error
    if not references:
        raise InvalidRequestError("Referenced SOP Sequence is empty (PS3.4 J.3.2.1.1)")
    return CommitmentRequest(transaction_uid, references)


def encode_result(result: CommitmentResult, transfer_syntax: str) -> bytes:
    """Write the data set of an N-EVENT-REPORT-RQ."""
    from pydicom.dataset import Dataset  # noqa: PLC0415 - see the module's docstring
    from pydicom.filebase import DicomBytesIO  # noqa: PLC0415
    from pydicom.filewriter import write_dataset  # noqa: PLC0415

    data_set = Dataset()
    data_set.TransactionUID = result.transaction_uid
    if result.committed:
        data_set.ReferencedSOPSequence = [_item(reference) for reference in result.committed]
    if result.failed:
        data_set.FailedSOPSequence = [_item(reference, reason) for reference, reason in result.failed]
    encoding = ENCODINGS[transfer_syntax]
    out = DicomBytesIO()
    out.is_implicit_VR = encoding is Encoding.IMPLICIT_LITTLE
    out.is_little_endian = encoding is not Encoding.EXPLICIT_BIG
    write_dataset(out, data_set)
    return out.getvalue()


def _uid(data_set: "Dataset", keyword: str) -> str:
    value = str(data_set.get(keyword, ""))
    if not is_uid(value):
        raise InvalidRequestError(f"{keyword} is missing or not a UID (PS3.4 J.3.2.1.1)")
    return value


def _item(reference: Reference, reason: FailureReason | None = None) -> "Dataset":
    from pydicom.dataset import Dataset  # noqa: PLC0415 - see the module's docstring

    item = Dataset()
    item.ReferencedSOPClassUID = reference.sop_class_uid
    item.ReferencedSOPInstanceUID = reference.sop_instance_uid
    if reason is not None:
        item.FailureReason = int(reason)
    return item
