"""What UpdateImageSetMetadata may change in a metadata document (*DICOM metadata constraints*). Pure functions."""

import copy
import json
import re
from collections.abc import Callable

from pydicom.datadict import tag_for_keyword

from local_cloud.health_imaging.errors import validation
from local_cloud.health_imaging.json_types import JsonObject, JsonValue, as_object, as_text
from local_cloud.health_imaging.normalisation import level_of

_UID_OF_LEVEL = {"Series": "SeriesInstanceUID", "Instance": "SOPInstanceUID"}
_FORCED = frozenset({"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "StudyID"})
_NEVER_IN_PRIMARY = _FORCED - {"StudyID"}
_OWN = frozenset({"SchemaVersion", "DatastoreID", "ImageSetID"})
_PRIVATE = re.compile(r"[0-9A-F]{3}[13579BDF][0-9A-F]{4}")


def parse(text: str, field: str) -> JsonObject:
    """Read ``updatableAttributes``, ``removableAttributes`` or ``copiableAttributes``.

    Raises
    ------
    ServiceError
        ValidationException that names the field.
    """
    try:
        document: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        raise validation(f"{field}: not JSON") from None
    if not isinstance(document, dict) or str(document.get("SchemaVersion")) != "1.1":
        raise validation(f"{field}: must be an object with SchemaVersion 1.1")
    return document


def updated(
    document: JsonObject, changes: JsonObject, *, removed: JsonObject, force: bool, primary: bool
) -> JsonObject:
    """The document after removals, then changes.

    Raises
    ------
    ServiceError
        ValidationException for an attribute that may not be changed, or whose level does not exist.
    """
    result = copy.deepcopy(document)
    checks = _Checks(force, primary)
    _walk(result, removed, checks, _remove)
    _walk(result, changes, checks, _set)
    return _rekeyed(result)


def subset(document: JsonObject, wanted: JsonObject) -> JsonObject:
    """The document with only the SOP instances that ``wanted`` lists.

    Raises
    ------
    ServiceError
        ValidationException when one does not exist.
    """
    result = copy.deepcopy(document)
    series_held = as_object(as_object(result["Study"]).get("Series"))
    series_wanted = as_object(as_object(wanted.get("Study")).get("Series"))
    for uid in list(series_held):
        if uid not in series_wanted:
            del series_held[uid]
            continue
        instances = as_object(as_object(series_held[uid]).get("Instances"))
        kept = as_object(as_object(series_wanted[uid]).get("Instances"))
        if kept.keys() - instances.keys():
            raise validation("copiableAttributes: a SOP instance does not exist in the source")
        for sop_uid in instances.keys() - kept.keys():
            del instances[sop_uid]
    if not series_wanted or series_wanted.keys() - series_held.keys():
        raise validation("copiableAttributes: a series does not exist in the source")
    return result


class _Checks:
    def __init__(self, force: bool, primary: bool) -> None:
        self._force = force
        self._primary = primary

    def attribute(self, level: str, name: str, value: JsonValue) -> None:
        if self._primary and (level in {"Patient", "Series"} or name in _NEVER_IN_PRIMARY):
            raise validation(f"{level} level attributes and UIDs of a primary image set cannot be updated")
        if name in _FORCED and not self._force:
            raise validation(f"{name}: can be updated with force only")
        if _PRIVATE.fullmatch(name):
            if level != "Instance" or not self._force:
                raise validation("Private attributes can be updated in instances, with force only")
            return
        tag = tag_for_keyword(name)
        if tag is None or name == "PixelData":
            raise validation(f"{level}: an attribute that is not in the DICOM dictionary, or cannot be updated")
        if level_of(tag) != level:
            raise validation(f"{name}: is not an attribute of the {level} level")
        if isinstance(value, list | dict) and not self._force:
            raise validation(f"{name}: sequences and multi-valued attributes can be updated with force only")


_Act = Callable[[JsonObject, str, JsonValue], None]


def _set(attributes: JsonObject, name: str, value: JsonValue) -> None:
    attributes[name] = value


def _remove(attributes: JsonObject, name: str, _: JsonValue) -> None:
    attributes.pop(name, None)


def _walk(document: JsonObject, changes: JsonObject, checks: _Checks, act: _Act) -> None:
    _only(changes, _OWN | {"Patient", "Study"})
    patient, study = as_object(changes.get("Patient")), as_object(changes.get("Study"))
    _only(patient, {"DICOM"})
    _only(study, {"DICOM", "Series"})
    _attributes(as_object(document["Patient"]), patient, "Patient", checks, act)
    held = as_object(document["Study"])
    _attributes(held, study, "Study", checks, act)
    all_series = as_object(held.get("Series"))
    for uid, series in as_object(study.get("Series")).items():
        if act is _remove and series == {}:
            _existing(all_series, uid)
            del all_series[uid]
            continue
        _series(_existing(all_series, uid), as_object(series), checks, act)


def _series(held: JsonObject, changes: JsonObject, checks: _Checks, act: _Act) -> None:
    _only(changes, {"DICOM", "Instances"})
    _attributes(held, changes, "Series", checks, act)
    instances = as_object(held.get("Instances"))
    for uid, instance in as_object(changes.get("Instances")).items():
        found = _existing(instances, uid)
        if act is _remove and instance == {}:
            del instances[uid]
            continue
        _only(as_object(instance), {"DICOM", "DICOMVRs"})
        _attributes(found, as_object(instance), "Instance", checks, act)
        for name, representation in as_object(as_object(instance).get("DICOMVRs")).items():
            act(as_object(found.setdefault("DICOMVRs", {})), name, as_text(representation))


def _attributes(held: JsonObject, changes: JsonObject, level: str, checks: _Checks, act: _Act) -> None:
    for name, value in as_object(changes.get("DICOM")).items():
        checks.attribute(level, name, value)
        act(as_object(held.setdefault("DICOM", {})), name, value)


def _rekeyed(document: JsonObject) -> JsonObject:
    """A changed UID is also the key of its series or instance."""
    study = as_object(document["Study"])
    series_by_uid: JsonObject = {}
    for uid, series in as_object(study.get("Series")).items():
        one = as_object(series)
        one["Instances"] = {
            _own_uid(instance, "Instance") or sop_uid: instance
            for sop_uid, instance in as_object(one.get("Instances")).items()
        }
        if one["Instances"]:
            series_by_uid[_own_uid(one, "Series") or uid] = one
    if not series_by_uid:
        raise validation("An image set must keep at least one SOP instance: delete the image set instead")
    study["Series"] = series_by_uid
    return document


def _own_uid(item: JsonValue, level: str) -> str:
    return as_text(as_object(as_object(item).get("DICOM")).get(_UID_OF_LEVEL[level]))


def _only(given: JsonObject, allowed: frozenset[str] | set[str]) -> None:
    if given.keys() - allowed:
        raise validation(f"The attributes hold a key that is none of {', '.join(sorted(allowed))}")


def _existing(held: JsonObject, uid: str) -> JsonObject:
    if uid not in held:
        raise validation("The attributes name a series or instance that the image set does not hold")
    return as_object(held[uid])
