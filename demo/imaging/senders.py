"""Independent DICOM senders: pynetdicom, and dcmtk's storescu and dcmsend where the machine has them."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pynetdicom
from pynetdicom import AE, build_context

from demo.imaging.pynetdicom_repairs import end_waits, keep_responses
from demo.imaging.studies import Instance, Sender, Study

SENDER_TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Destination:
    """The platform's SCP, as a modality is configured for it."""

    host: str
    port: int
    ae_title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the SCP answered for one instance: a C-STORE status (PS3.7 C.2), or None when there was no answer."""

    instance: Instance
    status: int | None
    comment: str = ""
    worth_repeating: bool = True

    @property
    def acknowledged(self) -> bool:
        return self.status == 0


@dataclass(frozen=True, slots=True)
class Sending:
    """One association's worth of answers; times in epoch seconds."""

    study: Study
    started_at: float
    ended_at: float
    answers: tuple[Answer, ...]


def dcmtk(tool: str) -> str | None:
    """Where dcmtk's tool is, or None; not pynetdicom's ``storescu``, a script beside this or another interpreter."""
    for folder in os.get_exec_path():
        found = shutil.which(tool, path=folder)
        if found is not None and not _is_script(Path(found)):
            return found
    return None


def _is_script(program: Path) -> bool:
    with program.open("rb") as source:
        return source.read(2) == b"#!"


def available() -> frozenset[Sender]:
    """The senders that this machine has."""
    found: set[Sender] = {"pynetdicom"}
    if dcmtk("storescu"):
        found.add("storescu")
    if dcmtk("dcmsend"):
        found.add("dcmsend")
    return frozenset(found)


def send(study: Study, destination: Destination) -> Sending:
    """Send every instance of a study in one association and collect the answers.

    What got no answer is sent again, as modalities do: the SCP takes the same bytes twice without harm.
    """
    started = time.time()
    answers = _answers(study, destination)
    unanswered = tuple(answer.instance for answer in answers if answer.status is None and answer.worth_repeating)
    if unanswered:
        again = {id(answer.instance): answer for answer in _answers(replace(study, instances=unanswered), destination)}
        answers = [again.get(id(answer.instance), answer) for answer in answers]
    return Sending(study, started, time.time(), tuple(answers))


def _answers(study: Study, destination: Destination) -> list[Answer]:
    if study.sender == "dcmsend":
        return _dcmsend(study, destination)
    if study.sender == "storescu":
        return _storescu(study, destination)
    return _pynetdicom(study, destination)


def _pynetdicom(study: Study, destination: Destination) -> list[Answer]:
    end_waits()
    pynetdicom._config.STORE_SEND_CHUNKED_DATASET = True  # as the file has it: never decoded, never re-encoded
    pairs = dict.fromkeys((instance.sop_class_uid, instance.transfer_syntax_uid) for instance in study.instances)
    entity = AE(ae_title="DEMO")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 10
    association = keep_responses(
        entity.associate(
            destination.host,
            destination.port,
            contexts=[build_context(sop_class, syntax) for sop_class, syntax in pairs],
            ae_title=destination.ae_title,
        )
    )
    if not association.is_established:
        return [Answer(instance, None, "the association was refused") for instance in study.instances]
    answers = []
    for instance in study.instances:
        try:
            response = association.send_c_store(instance.path)
            answers.append(Answer(instance, response.get("Status"), str(response.get("ErrorComment", ""))))
        except RuntimeError:  # the association has ended
            answers.append(Answer(instance, None, "the association had ended"))
        except (ValueError, AttributeError) as error:
            answers.append(Answer(instance, None, f"not sent: {type(error).__name__}", worth_repeating=False))
    association.release()
    return answers


def _storescu(study: Study, destination: Destination) -> list[Answer]:
    output = subprocess.run(
        [str(dcmtk("storescu")), "-v", "-nh", "-R", "-aec", destination.ae_title, "-aet", "STORESCU",
         destination.host, str(destination.port), *(str(instance.path) for instance in study.instances)],
        capture_output=True, text=True, timeout=SENDER_TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    said = output.stdout + output.stderr
    statuses = re.findall(r"Received Store Response \(([^)]*)\)", said)
    answers = []
    for position, instance in enumerate(study.instances):
        word = statuses[position] if position < len(statuses) else ""
        answers.append(Answer(instance, _status(word), "" if word == "Success" else word))
    return answers


def _dcmsend(study: Study, destination: Destination) -> list[Answer]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.txt"
        subprocess.run(
            [str(dcmtk("dcmsend")), "-nh", "-aec", destination.ae_title, "-aet", "DCMSEND", "+crf", str(report),
             destination.host, str(destination.port), *(str(instance.path) for instance in study.instances)],
            capture_output=True, timeout=SENDER_TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        said = report.read_text(errors="replace") if report.exists() else ""
    answered = dict(re.findall(r"SOP Instance\s+: ([0-9.]+).*?DIMSE Status\s*: 0x([0-9a-fA-F]{4})", said, re.S))
    return [
        Answer(
            instance, int(answered[instance.sop_instance_uid], 16) if instance.sop_instance_uid in answered else None
        )
        for instance in study.instances
    ]


def _status(word: str) -> int | None:
    if word == "Success":
        return 0
    code = re.search(r"0x([0-9a-fA-F]{4})", word)
    return int(code[1], 16) if code else None
