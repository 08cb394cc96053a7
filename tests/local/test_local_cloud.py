"""The whole local cloud: the real templates, the real SCP, the real functions, from a C-STORE to an image set."""

import contextlib
import json
import os
import signal
from typing import TYPE_CHECKING, Any

import psutil
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid
from pynetdicom import AE

from demo.imaging.pynetdicom_repairs import keep_responses
from local_cloud.errors import LocalCloudError
from tests.local.emulators import DeployedCloud, eventually

if TYPE_CHECKING:
    from mypy_boto3_medical_imaging import HealthImagingClient
    from mypy_boto3_s3 import S3Client

IMPORT_SECONDS = 120


def send_study(endpoints: Any, instances: int) -> tuple[str, list[str]]:
    """Send one study with an independent SCU; returns its UID and those of its instances, all acknowledged."""
    path = get_testdata_file("CT_small.dcm")
    assert isinstance(path, str)
    dataset = pydicom.dcmread(path)
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    peer = AE(ae_title="TESTSCU")
    peer.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = keep_responses(
        peer.associate(endpoints.dicom["host"], endpoints.dicom["port"], ae_title=endpoints.dicom["ae_title"])
    )
    assert association.is_established
    sent = []
    for _ in range(instances):
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        assert association.send_c_store(dataset).Status == 0x0000
        sent.append(str(dataset.SOPInstanceUID))
    association.release()
    return str(dataset.StudyInstanceUID), sent


def outcomes(deployed: DeployedCloud, instances: list[str]) -> dict[str, str]:
    return {
        item["sopInstanceUID"]: str(item["outcome"])
        for item in deployed.items("instances")
        if item.get("sopInstanceUID") in instances and "outcome" in item
    }


def test_given_a_modality_when_it_stores_a_study_then_every_instance_ends_in_an_image_set(
    deployed: DeployedCloud,
) -> None:
    study, instances = send_study(deployed.endpoints, 5)
    assert eventually(lambda: len(outcomes(deployed, instances)) == 5, seconds=IMPORT_SECONDS)
    assert set(outcomes(deployed, instances).values()) == {"IMPORTED"}

    imaging: HealthImagingClient = deployed.client("medical-imaging")
    [found] = imaging.search_image_sets(
        datastoreId=str(deployed.endpoints.datastore_id),
        searchCriteria={"filters": [{"operator": "EQUAL", "values": [{"DICOMStudyInstanceUID": study}]}]},
    )["imageSetsMetadataSummaries"]
    assert found["DICOMTags"]["DICOMNumberOfStudyRelatedInstances"] == 5

    [job] = [job for job in deployed.items("import_jobs") if job["studyInstanceUID"] == study]
    assert job["jobStatus"] == "COMPLETED"


def test_given_a_deployed_bucket_when_inspected_then_its_template_properties_hold(deployed: DeployedCloud) -> None:
    s3: S3Client = deployed.client("s3")
    bucket = deployed.endpoints.buckets["dicom"]
    [rule] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]


def test_given_a_running_cloud_when_up_is_asked_for_again_then_nothing_is_deployed_or_restarted(
    deployed: DeployedCloud,
) -> None:
    before = {one.name: one.pid for one in deployed.cloud.status()}
    log = deployed.layout.logs / "deploy.log"
    written = log.stat().st_mtime_ns
    deployed.cloud.up(deployed.layout.assembly)
    assert {one.name: one.pid for one in deployed.cloud.status()} == before
    assert log.stat().st_mtime_ns == written


def test_given_the_report_when_read_then_it_names_all_that_is_merely_recorded(deployed: DeployedCloud) -> None:
    report = json.loads(deployed.layout.recorded_only.read_text())
    types = {line["type"] for line in report}
    assert types == {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Alarm (metric math)",
        # The endpoint answers all the same: local_cloud.sagemaker_runtime runs its inference code.
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Model",
        "AWS::WAFv2::LoggingConfiguration",
        "AWS::WAFv2::WebACLAssociation",
    }


def listens(process: psutil.Process) -> set[str]:
    connections = process.net_connections()
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}


def test_given_all_processes_when_they_listen_then_on_loopback_only(deployed: DeployedCloud) -> None:
    processes = [psutil.Process(one.pid) for one in deployed.cloud.status()]
    listening = {address for process in processes for address in listens(process)}
    for child in (child for process in processes for child in process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # some live for a moment only
            listening |= listens(child)
    assert listening == {"127.0.0.1"}


def test_given_a_second_up_at_the_same_time_when_started_then_it_is_refused_with_the_reason(
    deployed: DeployedCloud,
) -> None:
    with deployed.cloud._only_one(), pytest.raises(LocalCloudError, match="another `make up`"):
        deployed.cloud.up(deployed.layout.assembly)


def test_given_kills_at_once_when_brought_up_again_then_the_acknowledged_study_is_imported(
    deployed: DeployedCloud,
) -> None:
    _study, instances = send_study(deployed.endpoints, 3)

    saved = deployed.layout.emulator_state / "services" / "dynamodb.json"

    def registered() -> bool:
        state = saved.read_text()
        return all(instance in state for instance in instances)

    assert eventually(registered, seconds=30)  # what happened longer ago than a few seconds survives
    for one in deployed.cloud.status():
        os.killpg(one.pid, signal.SIGKILL)
    assert eventually(lambda: deployed.cloud.status() == [], seconds=10)
    deployed.cloud.up(deployed.layout.assembly)
    assert eventually(lambda: len(outcomes(deployed, instances)) == 3, seconds=IMPORT_SECONDS)
    assert set(outcomes(deployed, instances).values()) == {"IMPORTED"}
