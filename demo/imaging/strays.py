"""Objects that another tool drops into the DICOM bucket, past the SCP: the importer must account for them as well."""

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path

from mypy_boto3_s3 import S3Client
from pydicom.uid import generate_uid

from demo.imaging.senders import Answer, Sending
from demo.imaging.studies import Instance, Study
from healthcare_runtime.object_key import InstanceKey

CONTENTS = {"not-dicom.dcm": b"GIF89a, whatever the name says", "empty.dcm": b""}
ODD_KEY = "incoming/scan 1.dcm"


def drop(folder: Path, s3: S3Client, bucket: str) -> Sending:
    """Put the strays into the bucket: two under well-formed keys, one under a key that names no instance."""
    folder.mkdir(parents=True, exist_ok=True)
    started, now = time.time(), datetime.now(UTC)
    study_uid, series_uid = generate_uid(), generate_uid()
    answers = []
    for name, content in CONTENTS.items():
        key = InstanceKey(now.date(), int(started), study_uid, series_uid, generate_uid())
        path = folder / name
        path.write_bytes(content)
        s3.put_object(Bucket=bucket, Key=str(key), Body=content)
        digest = hashlib.sha256(content).hexdigest()
        answers.append(Answer(Instance(path, "", key.sop_instance_uid, "", digest), 0))
    s3.put_object(Bucket=bucket, Key=ODD_KEY, Body=CONTENTS["not-dicom.dcm"])
    study = Study("Dropped into the bucket by another tool", "strays", "s3", tuple(a.instance for a in answers))
    return Sending(study, started, time.time(), tuple(answers))
