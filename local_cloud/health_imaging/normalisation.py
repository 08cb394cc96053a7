"""DICOM data sets as HealthImaging's metadata: Patient, Study and Series attributes once, the rest per instance.

Which element belongs to which level is HealthImaging's own list (DICOM support, Metadata normalization); keys are PS3.6
keywords, private and unknown elements have their tag as the key and their VR in ``DICOMVRs``.
"""

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_has_tag, dictionary_VM, keyword_for_tag
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from local_cloud.health_imaging.json_types import JsonObject, JsonValue

LARGEST_BINARY_VALUE = 1024 * 1024  # larger ones are stored apart from the metadata (Understanding import jobs)

_PATIENT = frozenset(
    {
        0x00100010, 0x00100020, 0x00100021, 0x00100024, 0x00100022, 0x00100030, 0x00100033, 0x00100034, 0x00100035,
        0x00100040, 0x00101100, 0x00100200, 0x00081120, 0x00100032, 0x00101002, 0x00101001, 0x00102160, 0x00104000,
        0x00102201, 0x00102202, 0x00102292, 0x00102293, 0x00102294, 0x00100212, 0x00100213, 0x00100219, 0x00100218,
        0x00100216, 0x00100221, 0x00102297, 0x00102298, 0x00102299, 0x00120062, 0x00120063, 0x00120064, 0x00100026,
        0x00100027, 0x00120010, 0x00120020, 0x00120021, 0x00120030, 0x00120031, 0x00120040, 0x00120042, 0x00120081,
        0x00120082,
    }
)  # fmt: skip
_STUDY = frozenset(
    {
        0x0020000D, 0x00080020, 0x00080030, 0x00080090, 0x00080096, 0x0008009C, 0x0008009D, 0x00200010, 0x00080050,
        0x00080051, 0x00081030, 0x00081048, 0x00081049, 0x00081060, 0x00081062, 0x00321033, 0x00321034, 0x00081110,
        0x00081032, 0x00401012, 0x00081080, 0x00081084, 0x00101010, 0x00101020, 0x00101030, 0x00101022, 0x00101023,
        0x00101024, 0x00101021, 0x00102000, 0x00102110, 0x001021A0, 0x001021C0, 0x001021D0, 0x00380500, 0x00102180,
        0x001021B0, 0x00380010, 0x00380014, 0x00321066, 0x00321067, 0x00380060, 0x00380064, 0x00380062, 0x00102203,
        0x00120050, 0x00120051, 0x00120052, 0x00120053, 0x00120083,
    }
)  # fmt: skip
_SERIES = frozenset(
    {
        0x00080060, 0x0020000E, 0x00200011, 0x00200060, 0x00080021, 0x00080031, 0x00081050, 0x00081052, 0x00181030,
        0x0008103E, 0x0008103F, 0x00081070, 0x00081072, 0x00081111, 0x00081250, 0x00180015, 0x00185100, 0x00280108,
        0x00280109, 0x00400275, 0x00102210, 0x300A0700, 0x00120060, 0x00120071, 0x00120072, 0x00080070, 0x00080080,
        0x00080081, 0x00081010, 0x00081040, 0x00081041, 0x00081090, 0x0018100B, 0x00181000, 0x00181020, 0x00181008,
        0x0018100A, 0x00181002, 0x00181050, 0x00181200, 0x00181201, 0x00280120, 0x00200052, 0x00201040,
    }
)  # fmt: skip
_STORED_AS_FRAMES = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_NUMBERS = frozenset({"US", "SS", "UL", "SL", "UV", "SV", "FL", "FD"})


@dataclass(frozen=True)
class Levels:
    """The metadata of one instance, by level."""

    patient: JsonObject = field(default_factory=dict)
    study: JsonObject = field(default_factory=dict)
    series: JsonObject = field(default_factory=dict)
    instance: JsonObject = field(default_factory=dict)
    value_representations: JsonObject = field(default_factory=dict)


def level_of(tag: int) -> str:
    """The level of a standard element: ``Patient``, ``Study``, ``Series`` or ``Instance``."""
    if tag in _PATIENT:
        return "Patient"
    if tag in _STUDY:
        return "Study"
    return "Series" if tag in _SERIES else "Instance"


def normalise(dataset: Dataset, file_meta: Dataset) -> Levels:
    """Sort a data set's elements into levels, with JSON values."""
    levels = Levels()
    target = {"Patient": levels.patient, "Study": levels.study, "Series": levels.series, "Instance": levels.instance}
    for source in (file_meta, dataset):
        for tag in sorted(source.keys()):
            if tag in _STORED_AS_FRAMES or (tag.element == 0 and tag.group != 2):
                continue
            key, standard = _key(tag)
            value, representation = _element(source, tag)
            target[level_of(tag) if standard else "Instance"][key] = value
            if not standard:
                levels.value_representations[key] = representation
    return levels


def _key(tag: BaseTag) -> tuple[str, bool]:
    keyword = "" if tag.is_private else keyword_for_tag(tag)
    return (keyword, True) if keyword else (f"{tag:08X}", False)


def _element(dataset: Dataset, tag: BaseTag) -> tuple[JsonValue, str]:
    try:
        element = dataset[tag]
        return _value(element), element.VR
    except Exception:
        raw = dataset.get_item(tag, keep_deferred=True)
        content = raw.value if raw is not None else None
        text = content.decode("latin-1").strip(" \0") if isinstance(content, bytes) else None
        return text or None, (raw.VR if raw is not None else None) or "UN"


def _value(element: DataElement) -> JsonValue:
    value = element.value
    if element.VR == "SQ":
        return [_item(item) for item in value or ()]
    if value is None or (isinstance(value, str | bytes | MultiValue | list) and len(value) == 0):
        return None
    if element.VR in _BINARY and isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii") if len(value) <= LARGEST_BINARY_VALUE else None
    convert = _scalar(element.VR)
    if isinstance(value, MultiValue | list):
        return [convert(one) for one in value]
    return [convert(value)] if _may_be_multiple(element.tag) else convert(value)


def _item(dataset: Dataset) -> JsonObject:
    return {_key(tag)[0]: _element(dataset, tag)[0] for tag in sorted(dataset.keys()) if tag.element != 0}


def _scalar(representation: str) -> Callable[[object], JsonValue]:
    if representation in _NUMBERS:
        return _number
    if representation == "AT":
        return lambda value: f"{int(str(value)) if not isinstance(value, int) else value:08X}"
    return lambda value: str(value) or None


def _number(value: object) -> JsonValue:
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no such numbers
    return value if isinstance(value, int | float) else str(value)


def _may_be_multiple(tag: BaseTag) -> bool:
    return not tag.is_private and dictionary_has_tag(tag) and dictionary_VM(tag) != "1"
