"""Image sets: how instances merge, what versions keep, what search finds, what may be changed."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.health_imaging.imaging_world import ImagingProcess, Store, dicom_file

NewStore = Callable[[ImagingProcess], Store]


def ct(sop: str, **changes: object) -> bytes:
    uids = {"SOPInstanceUID": sop, "StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.3.4"}
    return dicom_file("CT_small.dcm", **uids, **changes)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    return str(error.value.response["Error"]["Code"])


def properties(store: Store, image_set_id: str, **more: str) -> dict[str, Any]:
    return dict(store.imaging.get_image_set(datastoreId=store.datastore_id, imageSetId=image_set_id, **more))


def test_metadata_has_the_documented_layout(store: Store) -> None:
    results = store.imported({"ct.dcm": dicom_file("CT_small.dcm")})
    image_set_id = results.image_set_of("ct.dcm")
    metadata = store.metadata(image_set_id)
    assert (metadata["SchemaVersion"], metadata["DatastoreID"], metadata["ImageSetID"]) == (
        "1.1", store.datastore_id, image_set_id,
    )  # fmt: skip
    assert metadata["Patient"]["DICOM"]["PatientID"] == "1CT1"
    assert metadata["Study"]["DICOM"]["StudyDate"] == "20040119"
    assert metadata["Study"]["DICOM"]["PatientWeight"] == "0.000000"  # PS3.3 C.7.2.2: the study's, and text as sent
    (series,) = metadata["Study"]["Series"].values()
    assert (series["DICOM"]["Modality"], series["DICOM"]["SeriesNumber"]) == ("CT", "1")
    ((sop_uid, instance),) = series["Instances"].items()
    assert instance["DICOM"]["SOPInstanceUID"] == sop_uid
    assert instance["DICOM"]["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"
    assert (instance["DICOM"]["Rows"], instance["DICOM"]["ImageType"]) == (128, ["ORIGINAL", "PRIMARY", "AXIAL"])
    assert instance["DICOM"]["00090010"] == "GEMS_IDEN_01"
    assert instance["DICOMVRs"]["00090010"] == "LO"
    assert "PixelData" not in instance["DICOM"]
    assert not {"PatientName", "StudyDate", "Modality"} & instance["DICOM"].keys()


def test_jobs_of_one_series_merge_and_replace(store: Store) -> None:
    # given two instances of a series in one job, one more and one again in a second
    first = store.imported({"1.dcm": ct("1.1"), "2.dcm": ct("1.2", InstanceNumber=2)})
    second = store.imported({"3.dcm": ct("1.3"), "2.dcm": ct("1.2", InstanceNumber=22)})
    # then there is one primary image set, at version 2, with all three, and the newer of the one sent twice
    image_set_id = first.image_set_of("1.dcm")
    assert {second.image_set_of("3.dcm"), second.image_set_of("2.dcm")} == {image_set_id}
    instances = store.instances(image_set_id)
    assert sorted(instances) == ["1.1", "1.2", "1.3"]
    assert instances["1.2"]["DICOM"]["InstanceNumber"] == "22"
    assert (properties(store, image_set_id)["versionId"], properties(store, image_set_id)["isPrimary"]) == ("2", True)
    # and version 1 is as it was, with frames that can still be read
    old = store.metadata(image_set_id, versionId="1")["Study"]["Series"]["1.2.3.4"]["Instances"]
    assert sorted(old) == ["1.1", "1.2"]
    assert old["1.2"]["DICOM"]["InstanceNumber"] == "2"
    assert store.frame(image_set_id, old["1.2"]["ImageFrames"][0]["ID"])[0]
    versions = store.imaging.list_image_set_versions(datastoreId=store.datastore_id, imageSetId=image_set_id)
    listed = versions["imageSetPropertiesList"]
    assert [(one["versionId"], one["ImageSetWorkflowStatus"]) for one in listed] == [("2", "UPDATED"), ("1", "CREATED")]


def test_conflicting_patient_or_study_becomes_non_primary(store: Store) -> None:
    primary = store.imported({"1.dcm": ct("1.1")}).image_set_of("1.dcm")
    conflicts: list[dict[str, object]] = [
        {"PatientID": "OTHER"}, {"StudyDate": "19990101"}, {"AccessionNumber": "OTHER"}, {"SeriesNumber": 99},
    ]  # fmt: skip
    for number, changes in enumerate(conflicts):
        results = store.imported({"2.dcm": ct(f"2.{number}", **changes)})
        (line,) = results.success
        assert line["importResponse"]["isPrimary"] is False
        assert line["importResponse"]["imageSetId"] != primary
        assert results.summary["imageSetsSummary"][0]["isPrimary"] is False
    # another series of the study with another patient conflicts as well; a name alone does not
    other_series = dicom_file(
        "CT_small.dcm", SOPInstanceUID="3.1", StudyInstanceUID="1.2.3", SeriesInstanceUID="5.6", PatientID="OTHER"
    )
    assert store.imported({"3.dcm": other_series}).success[0]["importResponse"]["isPrimary"] is False
    renamed = store.imported({"4.dcm": ct("1.4", PatientName="Renamed")})
    assert renamed.image_set_of("4.dcm") == primary
    assert sorted(store.instances(primary)) == ["1.1", "1.4"]


def test_one_job_with_two_patients_makes_two_image_sets(store: Store) -> None:
    results = store.imported({f"{n}.dcm": ct(f"1.{n}", PatientID="AB"[n % 2]) for n in range(4)})
    sets = {one["imageSetId"]: one for one in results.summary["imageSetsSummary"]}
    assert sorted(one["isPrimary"] for one in sets.values()) == [False, True]
    assert {one["numberOfMatchedSOPInstances"] for one in sets.values()} == {2}


def test_search_finds_by_each_attribute_in_order_and_pages(store: Store) -> None:
    # given six studies on six days
    files = {
        f"{day}.dcm": dicom_file(
            "CT_small.dcm", SOPInstanceUID=f"9.{day}", SeriesInstanceUID=f"8.{day}", StudyInstanceUID=f"7.{day}",
            StudyDate=f"2020010{day}", StudyTime="120000", PatientID=f"P{day}",
            AccessionNumber=f"A{day}", StudyID=f"S{day}",
        )
        for day in range(1, 7)
    }  # fmt: skip
    before = datetime.now(UTC) - timedelta(seconds=1)
    ids = {
        day: store.imported({name: content}).image_set_of(name) for day, (name, content) in enumerate(files.items(), 1)
    }

    def search(*filters: object, **sort: str) -> list[str]:
        criteria: Any = {name: value for name, value in (("filters", list(filters)), ("sort", sort)) if value}
        pages = store.imaging.get_paginator("search_image_sets").paginate(
            datastoreId=store.datastore_id, searchCriteria=criteria, PaginationConfig={"PageSize": 2}
        )
        return [one["imageSetId"] for page in pages for one in page["imageSetsMetadataSummaries"]]

    def equal(**value: object) -> object:
        return {"operator": "EQUAL", "values": [value]}

    def between(name: str, low: object, high: object) -> object:
        return {"operator": "BETWEEN", "values": [{name: low}, {name: high}]}

    # then every filter finds its own
    for name, value in (
        ("DICOMPatientId", "P3"), ("DICOMAccessionNumber", "A3"), ("DICOMStudyId", "S3"),
        ("DICOMStudyInstanceUID", "7.3"), ("DICOMSeriesInstanceUID", "8.3"),
        ("DICOMStudyDateAndTime", {"DICOMStudyDate": "20200103"}),
    ):  # fmt: skip
        assert search(equal(**{name: value})) == [ids[3]], name
    assert search(equal(DICOMPatientId="P3"), equal(DICOMStudyId="S4")) == []
    assert len(search(equal(isPrimary=True))) == 6
    assert search(equal(isPrimary=False)) == []
    # and ranges, in both orders, over pages of two
    days = between("DICOMStudyDateAndTime", {"DICOMStudyDate": "20200102"}, {"DICOMStudyDate": "20200105"})
    by_day = {"sortField": "DICOMStudyDateAndTime"}
    assert search(days, **by_day, sortOrder="ASC") == [ids[day] for day in (2, 3, 4, 5)]
    assert search(days, **by_day, sortOrder="DESC") == [ids[day] for day in (5, 4, 3, 2)]
    assert search() == [ids[day] for day in (6, 5, 4, 3, 2, 1)]  # by updatedAt, newest first
    after = datetime.now(UTC) + timedelta(seconds=1)
    assert len(search(between("createdAt", before, after))) == 6
    assert search(between("updatedAt", after, after + timedelta(days=1))) == []
    found = store.imaging.search_image_sets(
        datastoreId=store.datastore_id,
        searchCriteria={"filters": [{"operator": "EQUAL", "values": [{"DICOMPatientId": "P3"}]}]},
    )["imageSetsMetadataSummaries"][0]
    tags = found["DICOMTags"]
    assert (tags["DICOMPatientId"], tags["DICOMSeriesModality"], tags["DICOMSeriesNumber"]) == ("P3", "CT", 1)
    assert (tags["DICOMNumberOfStudyRelatedInstances"], found["version"], found["isPrimary"]) == (1, 1, True)
    # and what makes no sense is refused
    for wrong in (
        {"operator": "BETWEEN", "values": [{"DICOMPatientId": "a"}, {"DICOMPatientId": "b"}]},
        {"operator": "EQUAL", "values": [{"DICOMPatientId": "a"}, {"DICOMPatientId": "b"}]},
        {"operator": "EQUAL", "values": [{"createdAt": before, "isPrimary": True}]},
    ):
        with pytest.raises(Exception, match=r"ValidationException|Invalid number of parameters|tagged union"):
            search(wrong)


def update(store: Store, image_set_id: str, version: str, *, force: bool = False, **updates: object) -> dict[str, Any]:
    documents = {name: json.dumps({"SchemaVersion": 1.1, **value}).encode() for name, value in updates.items()}  # type: ignore[dict-item]
    answer = store.imaging.update_image_set_metadata(
        datastoreId=store.datastore_id, imageSetId=image_set_id, latestVersionId=version, force=force,
        updateImageSetMetadataUpdates={"DICOMUpdates": documents},  # type: ignore[typeddict-item]
    )  # fmt: skip
    return dict(answer)


def test_metadata_updates_make_versions_within_the_constraints(store: Store) -> None:
    image_set_id = store.imported({"1.dcm": ct("1.1"), "2.dcm": ct("1.2")}).image_set_of("1.dcm")
    change = {"Study": {"DICOM": {"StudyDescription": "CHEST"}}}
    # when the study's description changes
    answer = update(store, image_set_id, "1", updatableAttributes=change)
    # then version 2 has it, version 1 does not, search sees it
    assert (answer["latestVersionId"], answer["imageSetWorkflowStatus"]) == ("2", "UPDATING")
    assert store.metadata(image_set_id)["Study"]["DICOM"]["StudyDescription"] == "CHEST"
    assert store.metadata(image_set_id, versionId="1")["Study"]["DICOM"]["StudyDescription"] == "e+1"
    # and a stale version, a primary set's patient, a UID, another level, an unknown name are refused
    assert refused(lambda: update(store, image_set_id, "1", updatableAttributes=change)) == "ConflictException"
    documents: tuple[object, ...] = (
        {"Patient": {"DICOM": {"PatientName": "X"}}},
        {"Study": {"DICOM": {"StudyInstanceUID": "9"}}},
        {"Study": {"DICOM": {"StudyID": "9"}}},
        {"Study": {"DICOM": {"Modality": "MR"}}},
        {"Study": {"DICOM": {"NoSuchKeyword": "x"}}},
        {"Study": {"Series": {"404": {"DICOM": {}}}}},
        {"Elsewhere": {}},
    )
    for document in documents:
        attempt = partial(update, store, image_set_id, "2", updatableAttributes=document)
        assert refused(attempt) == "ValidationException"
    # and an instance can be removed, a version brought back
    update(store, image_set_id, "2", removableAttributes={"Study": {"Series": {"1.2.3.4": {"Instances": {"1.2": {}}}}}})
    assert sorted(store.instances(image_set_id)) == ["1.1"]
    store.imaging.update_image_set_metadata(
        datastoreId=store.datastore_id, imageSetId=image_set_id, latestVersionId="3",
        updateImageSetMetadataUpdates={"revertToVersionId": "2"},
    )  # fmt: skip
    assert sorted(store.instances(image_set_id)) == ["1.1", "1.2"]
    assert properties(store, image_set_id)["versionId"] == "4"


def test_a_conflict_is_resolved_by_update_and_promotion(store: Store) -> None:
    # given an instance that is not primary because of its patient
    primary = store.imported({"1.dcm": ct("1.1")}).image_set_of("1.dcm")
    aside = store.imported({"2.dcm": ct("1.2", PatientID="TYPO")}).image_set_of("2.dcm")

    def promote(version: str) -> dict[str, Any]:
        return dict(
            store.imaging.copy_image_set(
                datastoreId=store.datastore_id, sourceImageSetId=aside, promoteToPrimary=True,
                copyImageSetInformation={"sourceImageSet": {"latestVersionId": version}},
            )
        )  # fmt: skip

    assert refused(lambda: promote("1")) == "ValidationException"
    # when the patient is corrected and the set promoted
    update(store, aside, "1", updatableAttributes={"Patient": {"DICOM": {"PatientID": "1CT1"}}})
    answer = promote("2")
    # then the primary set holds both, frames included
    assert answer["destinationImageSetProperties"]["imageSetId"] == primary
    instances = store.instances(primary)
    assert sorted(instances) == ["1.1", "1.2"]
    assert store.frame(primary, instances["1.2"]["ImageFrames"][0]["ID"])[0]


def test_copies_have_versions_of_their_own(store: Store) -> None:
    source = store.imported({"1.dcm": ct("1.1"), "2.dcm": ct("1.2")}).image_set_of("1.dcm")
    subset = {"SchemaVersion": "1.1", "Study": {"Series": {"1.2.3.4": {"Instances": {"1.2": {}}}}}}
    copied = store.imaging.copy_image_set(
        datastoreId=store.datastore_id, sourceImageSetId=source,
        copyImageSetInformation={
            "sourceImageSet": {"latestVersionId": "1", "DICOMCopies": {"copiableAttributes": json.dumps(subset)}}
        },
    )["destinationImageSetProperties"]  # fmt: skip
    assert sorted(store.instances(copied["imageSetId"])) == ["1.2"]
    assert store.metadata(copied["imageSetId"])["ImageSetID"] == copied["imageSetId"]
    assert properties(store, copied["imageSetId"])["isPrimary"] is False
    # when the source is deleted, the copy keeps its frame, the source's own is gone
    own, shared = (store.instances(source)[uid]["ImageFrames"][0]["ID"] for uid in ("1.1", "1.2"))
    store.imaging.delete_image_set(datastoreId=store.datastore_id, imageSetId=source)
    assert store.frame(copied["imageSetId"], shared)[0]
    assert refused(lambda: store.frame(source, own)) == "ResourceNotFoundException"
    assert properties(store, source)["imageSetState"] == "DELETED"


def test_a_deleted_series_can_be_imported_again_and_its_store_deleted(
    imaging_process: ImagingProcess, new_store: NewStore
) -> None:
    store = new_store(imaging_process)
    first = store.imported({"1.dcm": ct("1.1")}).image_set_of("1.dcm")
    assert refused(lambda: store.imaging.delete_datastore(datastoreId=store.datastore_id)) == "ConflictException"
    store.imaging.delete_image_set(datastoreId=store.datastore_id, imageSetId=first)
    second = store.imported({"1.dcm": ct("1.1")})
    assert second.image_set_of("1.dcm") != first
    assert second.success[0]["importResponse"]["isPrimary"] is True
    store.imaging.delete_image_set(datastoreId=store.datastore_id, imageSetId=second.image_set_of("1.dcm"))
    assert store.imaging.delete_datastore(datastoreId=store.datastore_id)["datastoreStatus"] == "DELETING"
    left = store.imaging.get_datastore(datastoreId=store.datastore_id)["datastoreProperties"]
    assert left["datastoreStatus"] == "DELETED"
    assert refused(lambda: store.start("p/")) == "ResourceNotFoundException"
    assert not (imaging_process.data / "frames" / store.datastore_id).exists()


def test_data_stores_are_idempotent_listed_and_tagged(store: Store) -> None:
    token = uuid.uuid4().hex
    ids = {
        store.imaging.create_datastore(datastoreName="tagged", clientToken=token, tags={"stage": "test"})["datastoreId"]
        for _ in range(2)
    }
    (datastore_id,) = ids
    pages = store.imaging.get_paginator("list_datastores").paginate(
        datastoreStatus="ACTIVE", PaginationConfig={"PageSize": 1}
    )
    listed = [one["datastoreId"] for page in pages for one in page["datastoreSummaries"]]
    assert {datastore_id, store.datastore_id} <= set(listed)
    assert len(listed) == len(set(listed))
    arn = store.imaging.get_datastore(datastoreId=datastore_id)["datastoreProperties"]["datastoreArn"]
    store.imaging.tag_resource(resourceArn=arn, tags={"owner": "imaging"})
    assert store.imaging.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "test", "owner": "imaging"}
    store.imaging.untag_resource(resourceArn=arn, tagKeys=["stage"])
    assert store.imaging.list_tags_for_resource(resourceArn=arn)["tags"] == {"owner": "imaging"}
    image_set_arn = f"{arn}/imageset/{'0' * 32}"
    unknown = partial(store.imaging.list_tags_for_resource, resourceArn=image_set_arn)
    assert refused(unknown) == "ResourceNotFoundException"


def test_frames_belong_to_their_image_set(store: Store) -> None:
    results = store.imported({"1.dcm": ct("1.1"), "mr.dcm": dicom_file("MR_small.dcm")})
    (instance,) = store.instances(results.image_set_of("1.dcm")).values()
    frame_id = instance["ImageFrames"][0]["ID"]
    assert refused(lambda: store.frame(results.image_set_of("mr.dcm"), frame_id)) == "ResourceNotFoundException"
    assert refused(lambda: store.frame(results.image_set_of("1.dcm"), "../" * 10)) == "ValidationException"
