"""Identifiers go in through every door; nothing that operators, alarms or other systems see carries one.

The object keys, the registry and the jobs table hold UIDs: they are the data. Logs, names, inputs and histories of
executions, queues, metrics, alarms, tags and error comments are not (164.312(a)(1), 164.502(b)).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid

from demo.imaging.phantoms import Patient, ct_thorax
from demo.imaging.senders import Destination, Sending, send
from demo.imaging.studies import Study, read_instance
from tests.local.emulators import DeployedCloud, eventually

PERSON = Patient("ZYXWVUT^QUINTESSA", "MRN-77441199", "19331224", "F")
ACCESSION = "ACC55667788"
BODY = "Quintessa Zyxwvut, seen on 24 December"
STRAY_KEY = "incoming/Zyxwvut_Quintessa_77441199.dcm"


@pytest.fixture(scope="module")
def sending(deployed: DeployedCloud, tmp_path_factory: pytest.TempPathFactory) -> Sending:
    """One study with good, truncated and contradicting instances, all of the same person; and a telling object key."""
    folder = tmp_path_factory.mktemp("identified")
    good = ct_thorax(folder, slices=3, patient=PERSON, seed=1)
    for path in good:
        data = pydicom.dcmread(path)
        data.AccessionNumber, data.StudyDescription, data.PatientComments = ACCESSION, BODY, BODY
        data.save_as(path)
    truncated = folder / "truncated.dcm"
    truncated.write_bytes(good[0].read_bytes()[:200_000])
    contradicting = folder / "contradicting.dcm"
    data = pydicom.dcmread(good[1])
    data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    pydicom.dcmwrite(contradicting, data, enforce_file_format=False)
    instances = [read_instance(path) for path in (*good, truncated, contradicting)]
    study = Study("identified", "generated", "pynetdicom", tuple(one for one in instances if one is not None))
    scp = deployed.endpoints.dicom
    assert scp is not None
    sent = send(study, Destination(str(scp["host"]), int(str(scp["port"])), str(scp["ae_title"])))

    s3 = deployed.client("s3")
    s3.put_object(Bucket=deployed.endpoints.buckets["dicom"], Key=STRAY_KEY, Body=BODY.encode())
    stored = [answer.instance.sop_instance_uid for answer in sent.answers if answer.acknowledged]
    assert eventually(lambda: _settled(deployed, stored), seconds=120)
    return sent


def _settled(deployed: DeployedCloud, instances: list[str]) -> bool:
    items = deployed.items("instances")
    done = {item.get("sopInstanceUID") for item in items if "outcome" in item}
    return set(instances) <= done and any(item["prefix"] == "rejected/" for item in items)


def _needles(sending: Sending) -> list[str]:
    uids = {answer.instance.sop_instance_uid for answer in sending.answers}
    header = pydicom.dcmread(sending.answers[0].instance.path, stop_before_pixels=True)
    uids |= {str(header.StudyInstanceUID), str(header.SeriesInstanceUID)}
    return ["zyxwvut", "quintessa", "77441199", "19331224", ACCESSION.lower(), *sorted(uids)]


def _assert_clean(where: str, text: str, needles: list[str]) -> None:
    lowered = text.lower()
    found = [needle for needle in needles if needle in lowered]
    assert not found, f"{where} carries {found}"


def test_given_refusals_and_successes_then_the_sender_got_the_right_answers(sending: Sending) -> None:
    statuses = {answer.instance.path.stem: answer.status for answer in sending.answers}
    assert statuses == {"0001": 0, "0002": 0, "0003": 0, "truncated": 0xC000, "contradicting": 0xA900}


def test_given_identified_instances_then_no_log_of_the_platform_names_them(
    deployed: DeployedCloud, sending: Sending
) -> None:
    # The emulator's own log is not the platform's: it prints requests, as an S3 access log would.
    files = [
        path for path in deployed.layout.logs.iterdir() if path.name.startswith(("task-", "health-imaging", "ecs"))
    ]
    assert len(files) >= 3
    for path in files:
        _assert_clean(path.name, path.read_text(errors="replace"), _needles(sending))
    for group, message in _log_events(deployed):
        _assert_clean(group, message, _needles(sending))


def _log_events(deployed: DeployedCloud) -> Iterator[tuple[str, str]]:
    logs = deployed.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    functions = [group for group in groups if "RegisterInstances" in group or "CheckStatus" in group]
    assert functions, groups
    for group in groups:
        events = logs.filter_log_events(logGroupName=group)["events"]
        yield group, group + "\n".join(event["message"] for event in events)


def test_given_an_import_then_executions_carry_digests_only(deployed: DeployedCloud, sending: Sending) -> None:
    states = deployed.client("stepfunctions")
    machine = deployed.endpoints.state_machines["imaging_import"]
    executions = states.list_executions(stateMachineArn=machine)["executions"]
    assert executions
    for execution in executions:
        history = states.get_execution_history(executionArn=execution["executionArn"])["events"]
        _assert_clean("an execution", json.dumps([execution, history], default=str), _needles(sending))


def test_given_an_import_then_queues_metrics_alarms_and_tags_are_clean(
    deployed: DeployedCloud, sending: Sending
) -> None:
    sqs, cloudwatch, s3 = (deployed.client(name) for name in ("sqs", "cloudwatch", "s3"))
    for url in sqs.list_queues().get("QueueUrls", []):
        if "DeadLetter" in url:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            _assert_clean(url, json.dumps(messages), _needles(sending))
    _assert_clean("a metric", json.dumps(cloudwatch.list_metrics()["Metrics"]), _needles(sending))
    _assert_clean("an alarm", json.dumps(cloudwatch.describe_alarms(), default=str), _needles(sending))
    bucket = deployed.endpoints.buckets["dicom"]
    for stored in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        tags = s3.get_object_tagging(Bucket=bucket, Key=stored["Key"])["TagSet"]
        metadata = s3.head_object(Bucket=bucket, Key=stored["Key"])["Metadata"]
        _assert_clean("tags and metadata", json.dumps([tags, metadata]), _needles(sending))


def test_given_refusals_then_the_comments_to_the_sender_quote_nothing(sending: Sending) -> None:
    for answer in sending.answers:
        _assert_clean("an error comment", answer.comment, _needles(sending))
        assert len(answer.comment) <= 64


def test_given_the_tables_then_only_identifiers_of_the_object_are_in_them(
    deployed: DeployedCloud, sending: Sending
) -> None:
    """No name, number, date of birth or description; the rejected key alone is kept, in the encrypted registry."""
    people = _needles(sending)[:5]
    for table in ("instances", "batches", "import_jobs"):
        rows = [item for item in deployed.items(table) if item.get("prefix") != "rejected/"]
        _assert_clean(table, json.dumps(rows, default=str), people)


def test_given_a_stored_instance_then_the_bucket_has_every_byte_of_it(
    deployed: DeployedCloud, sending: Sending, tmp_path: Path
) -> None:
    good = next(answer.instance for answer in sending.answers if answer.acknowledged)
    bucket = deployed.endpoints.buckets["dicom"]
    s3 = deployed.client("s3")
    keys = [stored["Key"] for stored in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    [key] = [key for key in keys if key.endswith(f"/{good.sop_instance_uid}.dcm")]
    target = tmp_path / "stored.dcm"
    s3.download_file(bucket, key, str(target))
    assert pydicom.dcmread(target).PixelData == pydicom.dcmread(good.path).PixelData
    assert pydicom.dcmread(target).PatientName == PERSON.name
