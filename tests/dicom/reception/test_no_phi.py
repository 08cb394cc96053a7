"""Nothing of a data set gets out of the object path but through the store."""

import io
import logging
import random

import pytest

from dicom_scp.ports import Storage
from dicom_scp.reception import s3_client
from healthcare_runtime.structured_log import JsonFormatter
from tests.dicom.reception.data_sets import Instance, encode, header
from tests.dicom.reception.fault_proxy import Fault, FaultProxy
from tests.dicom.reception.sender import Sender

SECRETS = ("Lovelace", "19060123", "998877", "1.2.777.1", "1.2.777.2", "1.2.777.3")


def test_given_identifiers_on_every_path_then_none_is_logged_or_answered(
    s3_storage: Storage, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_client, "_FIRST_BACKOFF", 0.002)
    monkeypatch.setattr(s3_client, "_ATTEMPT_TIMEOUT", 0.2)
    proxy.stall_seconds = 0.4
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    data_set = header("1.2.777.1", study="1.2.777.2", series="1.2.777.3")
    data_set.PatientName, data_set.PatientBirthDate, data_set.PatientID = "Lovelace^Ada", "19060123", "998877"
    data_set.add_new(0x7FE00010, "OW", bytes(9 << 20))
    large = encode(data_set)
    del data_set.PixelData
    small = encode(data_set)
    dice = random.Random(1)
    answers = []
    for fault in [None, *Fault]:
        proxy.choose = lambda _, fault=fault: fault  # type: ignore[misc]
        for data in (small, large, small[: dice.randrange(len(small))], bytes(dice.randbytes(300))):
            each = Instance("1.2.840.10008.5.1.4.1.1.2", "1.2.777.1", "1.2.840.10008.1.2.1", data)
            result = Sender(s3_storage.instances, timeout=0.5).send(each, fragment=1 << 20)
            answers.append(result.comment)
    assert len(set(answers)) > 5
    for text in (written.getvalue(), "".join(answers)):
        assert text
        for secret in SECRETS:
            assert secret not in text
