"""The demo's corpus: every bundled file that can be sent, and damaged ones whose fault is their name."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from demo.imaging.senders import available
from demo.imaging.studies import Study, prepare


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> list[Study]:
    return prepare(tmp_path_factory.mktemp("studies"), frozenset({"pynetdicom"}))


def test_given_the_corpus_then_it_covers_the_families_of_transfer_syntaxes(studies: list[Study]) -> None:
    syntaxes = {instance.transfer_syntax_uid for study in studies for instance in study.instances}
    implicit, explicit, deflated, big_endian = ("1.2.840.10008.1.2" + tail for tail in ("", ".1", ".1.99", ".2"))
    jpeg, lossless, jpeg_ls, jpeg_2000 = ("1.2.840.10008.1.2.4" + tail for tail in (".50", ".70", ".80", ".90"))
    rle = "1.2.840.10008.1.2.5"
    assert {implicit, explicit, deflated, big_endian, jpeg, lossless, jpeg_ls, jpeg_2000, rle} <= syntaxes


def test_given_the_corpus_then_no_study_is_empty_and_a_missing_sender_is_replaced(studies: list[Study]) -> None:
    assert all(study.instances for study in studies)
    assert {study.sender for study in studies} == {"pynetdicom"}
    assert "pynetdicom" in available()


def test_given_the_damaged_files_then_each_has_its_fault(studies: list[Study]) -> None:
    damaged = {
        instance.path.stem: instance for study in studies if study.source == "damaged" for instance in study.instances
    }
    assert "SeriesInstanceUID" not in pydicom.dcmread(damaged["no-series-uid"].path)
    odd = pydicom.dcmread(damaged["instance-uid-disagrees"].path)
    assert odd.SOPInstanceUID != odd.file_meta.MediaStorageSOPInstanceUID
    assert pydicom.dcmread(damaged["impossible-study-date"].path)["StudyDate"].value == "20240231"
    whole = damaged["no-series-uid"].path.stat().st_size
    assert damaged["truncated"].path.stat().st_size < 0.6 * whole
    assert _is_dicom_meta(damaged["random-bytes"].path)


def _is_dicom_meta(path: Path) -> bool:
    return path.read_bytes()[128:132] == b"DICM"
