"""What decides whether instances belong to one image set, and what an image set is searched by."""

from dataclasses import astuple, dataclass
from typing import Self

from local_cloud.health_imaging.json_types import JsonObject, JsonValue, as_object, as_text

_STUDY_TAGS = {
    "DICOMStudyId": "StudyID", "DICOMStudyDescription": "StudyDescription", "DICOMAccessionNumber": "AccessionNumber",
    "DICOMStudyDate": "StudyDate", "DICOMStudyTime": "StudyTime", "DICOMStudyInstanceUID": "StudyInstanceUID",
}  # fmt: skip
_PATIENT_TAGS = {
    "DICOMPatientId": "PatientID", "DICOMPatientName": "PatientName", "DICOMPatientBirthDate": "PatientBirthDate",
    "DICOMPatientSex": "PatientSex",
}  # fmt: skip
_SERIES_TAGS = {
    "DICOMSeriesInstanceUID": "SeriesInstanceUID", "DICOMSeriesModality": "Modality",
    "DICOMSeriesBodyPart": "BodyPartExamined",
}  # fmt: skip


@dataclass(frozen=True)
class GroupingKey:
    """The elements that HealthImaging groups by (Understanding image sets, table), and StudyTime, searched by only."""

    study_uid: str
    series_uid: str
    patient_id: str
    accession_number: str
    study_id: str
    study_date: str
    study_time: str
    series_number: str

    @classmethod
    def of(cls, document: JsonObject) -> Self:
        """The key of a metadata document with one series (or, after copies, of its first)."""
        patient = as_object(as_object(document.get("Patient")).get("DICOM"))
        study = as_object(document.get("Study"))
        series = next((as_object(one) for one in as_object(study.get("Series")).values()), {})
        return cls.of_levels(patient, as_object(study.get("DICOM")), as_object(series.get("DICOM")))

    @classmethod
    def of_levels(cls, patient: JsonObject, study: JsonObject, series: JsonObject) -> Self:
        return cls(
            study_uid=as_text(study.get("StudyInstanceUID")),
            series_uid=as_text(series.get("SeriesInstanceUID")),
            patient_id=as_text(patient.get("PatientID")),
            accession_number=as_text(study.get("AccessionNumber")),
            study_id=as_text(study.get("StudyID")),
            study_date=as_text(study.get("StudyDate")),
            study_time=as_text(study.get("StudyTime")),
            series_number=as_text(series.get("SeriesNumber")).strip(),
        )

    def columns(self) -> tuple[str, ...]:
        return astuple(self)

    def same_study(self, other: "GroupingKey") -> bool:
        """Whether the patient and the study are the same (StudyTime does not count)."""
        return self._study() == other._study()

    def same_series(self, other: "GroupingKey") -> bool:
        return (self.series_uid, self.series_number) == (other.series_uid, other.series_number)

    def conflicts(self, other: "GroupingKey") -> bool:
        """Whether both cannot be primary in one data store."""
        if self.study_uid != other.study_uid:
            return False
        return not self.same_study(other) or (
            self.series_uid == other.series_uid and self.series_number != other.series_number
        )

    def _study(self) -> tuple[str, ...]:
        return (self.study_uid, self.patient_id, self.accession_number, self.study_id, self.study_date)


def dicom_tags(document: JsonObject) -> JsonObject:
    """``DICOMTags`` of a search result."""
    patient = as_object(as_object(document.get("Patient")).get("DICOM"))
    study = as_object(document.get("Study"))
    series = [as_object(one) for one in as_object(study.get("Series")).values()]
    first = as_object(series[0].get("DICOM")) if series else {}
    tags: JsonObject = {}
    for names, source in (
        (_PATIENT_TAGS, patient),
        (_STUDY_TAGS, as_object(study.get("DICOM"))),
        (_SERIES_TAGS, first),
    ):
        for name, keyword in names.items():
            text = _one(source.get(keyword))
            if text:
                tags[name] = text
    number = _one(first.get("SeriesNumber")).strip()
    if number.lstrip("+-").isdigit():
        tags["DICOMSeriesNumber"] = int(number)
    tags["DICOMNumberOfStudyRelatedSeries"] = len(series)
    tags["DICOMNumberOfStudyRelatedInstances"] = sum(len(as_object(one.get("Instances"))) for one in series)
    return tags


def _one(value: JsonValue) -> str:
    return as_text(value[0]) if isinstance(value, list) and value else as_text(value)
