"""Independent senders, unmodified: dcmtk's tools and pynetdicom, over every encoding that they can send."""

import subprocess
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.filereader import read_dataset
from pydicom.uid import UID
from pynetdicom import AE, AllStoragePresentationContexts
from pynetdicom.sop_class import CTImageStorage, Verification

from demo.imaging.pynetdicom_repairs import keep_responses
from demo.imaging.senders import dcmtk
from dicom_scp.transfer_syntaxes import ENCODINGS
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.running_server import RunningServer

needs_dcmtk = pytest.mark.skipif(dcmtk("storescu") is None, reason="dcmtk is not installed (apt: dcmtk)")

FILES = [
    "CT_small.dcm",  # explicit little endian
    "MR_small_implicit.dcm",
    "MR_small_bigendian.dcm",
    "image_dfl.dcm",  # deflated
    "JPEG2000.dcm",
    "JPEG-lossy.dcm",
    "JPGExtended.dcm",
    "MR_small_RLE.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "examples_jpeg2k.dcm",
    "SC_rgb_rle_2frame.dcm",
    "rtplan.dcm",
    "reportsi.dcm",
    "waveform_ecg.dcm",
]


def bytes_after_meta(path: Path) -> bytes:
    """Everything after the file meta information, as it stands in the file (PS3.10 7.1)."""
    content = path.read_bytes()
    group_length = int.from_bytes(content[140:144], "little")
    return content[144 + group_length :]


def file(name: str) -> Path:
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    return Path(path)


def run(*command: str) -> str:
    done = subprocess.run(
        [str(dcmtk(command[0])), *command[1:]], capture_output=True, text=True, timeout=30, check=False
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


@needs_dcmtk
class TestDcmtk:
    def test_given_echoscu_then_success(self, server: RunningServer) -> None:
        assert "Success" in run("echoscu", "-v", "127.0.0.1", str(server.port))

    @pytest.mark.parametrize("name", ["CT_small.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm", "image_dfl.dcm"])
    def test_given_dcmsend_then_the_instance_arrives_in_its_transfer_syntax(
        self, server: RunningServer, name: str
    ) -> None:
        output = run("dcmsend", "-v", "--decompress-never", "127.0.0.1", str(server.port), str(file(name)))
        assert "with status SUCCESS  : 1" in output
        (instance,) = server.store.stored
        sent = dcmread(file(name))
        syntax = sent.file_meta.TransferSyntaxUID
        assert instance.request.transfer_syntax_uid == syntax
        data = zlib.decompress(instance.data, -zlib.MAX_WBITS) if syntax.is_deflated else instance.data
        arrived = read_dataset(BytesIO(data), syntax.is_implicit_VR, syntax.is_little_endian)
        assert arrived.SOPInstanceUID == sent.SOPInstanceUID
        assert arrived.PixelData == sent.PixelData  # dcmsend writes the elements around it anew

    def test_given_storescu_with_many_files_then_one_association_stores_all(self, server: RunningServer) -> None:
        names = ["CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "reportsi.dcm", "waveform_ecg.dcm"]
        run("storescu", "127.0.0.1", str(server.port), *(str(file(name)) for name in names))
        assert len(server.store.stored) == len(names)
        assert len(server.store.peers) == 1

    def test_given_storescu_when_the_store_is_full_then_it_is_told(self, start_server: StartServer) -> None:
        from dicom_scp.ports import StoreResult, StoreStatus

        store = MemoryStore(result=StoreResult(StoreStatus.OUT_OF_RESOURCES, "The store did not confirm in time"))
        server = start_server(store)
        done = subprocess.run(
            [str(dcmtk("storescu")), "-v", "-d", "127.0.0.1", str(server.port), str(file("CT_small.dcm"))],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert "0xa700" in (done.stdout + done.stderr).lower()
        assert "The store did not confirm in time" in done.stdout + done.stderr

    def test_given_a_wrong_called_title_then_the_sender_shows_the_reason(self, start_server: StartServer) -> None:
        server = start_server(REQUIRE_CALLED_AE_TITLE="true")
        done = subprocess.run(
            [str(dcmtk("echoscu")), "-aec", "NOBODY", "127.0.0.1", str(server.port)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode != 0
        assert "Called AE Title Not Recognized" in done.stdout + done.stderr

    def test_given_a_default_sender_then_no_instance_waits_for_a_delayed_acknowledgement(
        self, server: RunningServer, tmp_path: Path
    ) -> None:
        """TCP_QUICKACK: without it each instance of a sender with Nagle on waits for 40 ms."""
        instance = dcmread(file("CT_small.dcm"))
        instance.PixelData = bytes(512 * 512 * 2)
        instance.Rows = instance.Columns = 512
        for number in range(40):
            instance.SOPInstanceUID = instance.file_meta.MediaStorageSOPInstanceUID = UID(f"1.2.3.{number + 1}")
            instance.save_as(tmp_path / f"{number}.dcm")
        run("storescu", "+sd", "127.0.0.1", str(server.port), str(tmp_path))
        (_,) = server.store.peers
        assert len(server.store.stored) == 40
        metrics = server.metrics.exposition(server.store, ready=True).decode()
        seconds = next(line for line in metrics.splitlines() if line.startswith("dicom_receive_seconds_sum"))
        assert float(seconds.split()[1]) < 40 * 0.02


class TestPynetdicom:
    @pytest.fixture
    def entity(self) -> Iterator[AE]:
        entity = AE("PYNETDICOM")
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 10
        yield entity
        entity.shutdown()

    @pytest.mark.parametrize("name", FILES)
    def test_given_any_encoding_then_the_data_set_arrives_bit_identical(
        self, server: RunningServer, entity: AE, name: str
    ) -> None:
        path = file(name)
        sent = dcmread(path)
        syntax = sent.file_meta.TransferSyntaxUID
        entity.add_requested_context(sent.SOPClassUID, syntax)
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        assert association.is_established
        assert association.send_c_store(path).Status == 0  # a path: pynetdicom then sends the file's own bytes
        association.release()
        (instance,) = server.store.stored
        if syntax.is_deflated:  # pynetdicom deflates anew
            assert zlib.decompress(instance.data, -15) == zlib.decompress(bytes_after_meta(path), -15)
        else:
            assert instance.data == bytes_after_meta(path)
        assert instance.request.sop_class_uid == sent.SOPClassUID
        assert instance.request.sop_instance_uid == sent.SOPInstanceUID
        assert instance.request.transfer_syntax_uid == syntax

    def test_given_the_largest_request_then_every_context_is_accepted(self, server: RunningServer, entity: AE) -> None:
        for context in AllStoragePresentationContexts[:128]:
            entity.add_requested_context(context.abstract_syntax, list(ENCODINGS)[:20])
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        assert len(association.accepted_contexts) == 128
        association.release()

    def test_given_a_private_sop_class_then_stored(self, server: RunningServer, entity: AE) -> None:
        instance = dcmread(file("CT_small.dcm"))
        instance.SOPClassUID = "1.3.12.2.1107.5.9.1"
        entity.add_requested_context(instance.SOPClassUID, "1.2.840.10008.1.2.1")
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        assert association.send_c_store(instance).Status == 0
        association.release()
        assert server.store.stored[0].request.sop_class_uid == "1.3.12.2.1107.5.9.1"

    def test_given_unsupported_contexts_then_their_results_say_why(self, server: RunningServer, entity: AE) -> None:
        entity.add_requested_context("1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.1.2")  # study root query: FIND
        entity.add_requested_context(CTImageStorage, "1.2.3.4")
        entity.add_requested_context(Verification)
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        assert [context.result for context in association.rejected_contexts] == [3, 4]
        assert association.send_c_echo().Status == 0
        association.release()

    def test_given_user_identity_and_extended_negotiation_then_they_are_passed_over(
        self, server: RunningServer, entity: AE
    ) -> None:
        from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation, UserIdentityNegotiation

        identity = UserIdentityNegotiation()
        identity.user_identity_type = 2
        identity.positive_response_requested = True
        identity.primary_field = b"someone"
        identity.secondary_field = b"secret"
        extended = SOPClassExtendedNegotiation()
        extended.sop_class_uid = CTImageStorage
        extended.service_class_application_information = b"\x02\x00\x03\x00\x01\x00"
        entity.add_requested_context(Verification)
        association = keep_responses(entity.associate("127.0.0.1", server.port, ext_neg=[identity, extended]))
        assert association.is_established
        assert association.acceptor.user_identity is None
        association.release()

    def test_given_an_abort_then_the_server_forgets_the_association(self, server: RunningServer, entity: AE) -> None:
        entity.add_requested_context(Verification)
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        association.abort()
        for _ in range(200):
            if server.store.closed_associations == 1:
                break
            association.join(0.01)
        assert (server.store.closed_associations, server.server.open_associations) == (1, 0)

    def test_given_small_pdus_then_the_data_set_is_the_same(self, start_server: StartServer, entity: AE) -> None:
        server = start_server(MAXIMUM_PDU_SIZE="4096")
        entity.add_requested_context(CTImageStorage, "1.2.840.10008.1.2.1")
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        assert association.acceptor.maximum_length == 4096
        assert association.send_c_store(file("CT_small.dcm")).Status == 0
        association.release()
        assert server.store.stored[0].data == bytes_after_meta(file("CT_small.dcm"))

    def test_given_no_limit_then_a_pdu_of_any_length_is_streamed(self, start_server: StartServer, entity: AE) -> None:
        server = start_server(MAXIMUM_PDU_SIZE="0")
        instance: Dataset = dcmread(file("CT_small.dcm"))
        instance.PixelData = bytes(3 << 20)
        instance.Rows, instance.Columns = 1024, 1536
        entity.add_requested_context(CTImageStorage, "1.2.840.10008.1.2.1")
        association = keep_responses(entity.associate("127.0.0.1", server.port))
        assert association.send_c_store(instance).Status == 0
        association.release()
        assert len(server.store.stored[0].data) > 3 << 20
