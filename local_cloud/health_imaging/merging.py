"""How imported instances become image sets (*Understanding image sets*, *Understanding import jobs*).

Per data store there is one primary image set for a series. Instances that agree with the primary sets of their study
are added to it: its version rises by one per job, and an instance that it already holds is replaced. Instances that
disagree in an element of the grouping key go to a new image set that is not primary.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from local_cloud.health_imaging.grouping import GroupingKey
from local_cloud.health_imaging.image_sets import FrameReference, ImageSet, ImageSets, frame_ids
from local_cloud.health_imaging.instance import Imported, Rejected
from local_cloud.health_imaging.json_types import JsonObject, as_object


@dataclass(frozen=True)
class Placed:
    """Where one file went."""

    key: str
    image_set_id: str
    version: int
    is_primary: bool
    warnings: list[JsonObject]


def merge(
    image_sets: ImageSets, datastore_id: str, files: Sequence[tuple[str, Imported]], metadata_limit: int
) -> tuple[list[Placed], list[tuple[str, Rejected]]]:
    """Place the instances of one job, given with their object keys. Call it inside a transaction.

    Returns
    -------
    The files that are in an image set, and those whose image set would outgrow ``metadata_limit`` bytes.
    """
    groups: dict[GroupingKey, list[tuple[str, Imported]]] = {}
    for key, imported in files:
        groups.setdefault(_key_of(imported), []).append((key, imported))
    placed: list[Placed] = []
    refused: list[tuple[str, Rejected]] = []
    for grouping, members in groups.items():
        image_set = _place(image_sets, datastore_id, grouping, [imported for _, imported in members], metadata_limit)
        if image_set is None:
            message = f"The image set metadata exceeds the limit of {metadata_limit} bytes"
            refused += [(key, Rejected("ServiceQuotaExceededException", message)) for key, _ in members]
            continue
        placed += [
            Placed(key, image_set.image_set_id, image_set.version, image_set.is_primary, imported.warnings)
            for key, imported in members
        ]
    return placed, refused


def _place(
    image_sets: ImageSets, datastore_id: str, grouping: GroupingKey, members: list[Imported], metadata_limit: int
) -> ImageSet | None:
    primaries = image_sets.primaries_of_study(datastore_id, grouping.study_uid)
    conflicting = any(grouping.conflicts(primary.key) for primary in primaries)
    own = None if conflicting else next((one for one in primaries if one.key.same_series(grouping)), None)
    document = _with_instances(image_sets.document(own) if own else {}, members)
    if len(json.dumps(document)) > metadata_limit:
        return None
    if own is None:
        image_set = image_sets.create(datastore_id, document, primary=not conflicting)
    else:
        image_set = image_sets.add_version(own, document)
    image_sets.add_frames(image_set, _references(members))
    return image_set


def _key_of(imported: Imported) -> GroupingKey:
    key = GroupingKey.of_levels(imported.patient, imported.study, imported.series)
    # StudyTime is no grouping element: two instances that differ in it only belong together.
    return replace(key, study_time="")


def _with_instances(document: JsonObject, members: list[Imported]) -> JsonObject:
    """A document that holds the members, the latest one's attributes at the levels above the instance."""
    latest = members[-1]
    study = as_object(document.get("Study"))
    series = as_object(as_object(study.get("Series")).get(latest.series_uid))
    held = {**as_object(series.get("Instances")), **{member.sop_uid: member.instance for member in members}}
    return {
        "Patient": {"DICOM": latest.patient},
        "Study": {
            "DICOM": latest.study,
            "Series": {latest.series_uid: {"DICOM": latest.series, "Instances": held}},
        },
    }


def _references(members: list[Imported]) -> list[FrameReference]:
    return [
        FrameReference(identifier, member.content_type or "application/octet-stream")
        for member in members
        for identifier in frame_ids(member.instance)
    ]
