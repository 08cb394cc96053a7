"""SearchImageSets: at most two filters, all of which must hold, one sort field, pages."""

from local_cloud.health_imaging import paging
from local_cloud.health_imaging.errors import validation
from local_cloud.health_imaging.image_sets import ImageSet, ImageSets
from local_cloud.health_imaging.json_types import JsonObject, JsonValue, as_object, as_text
from local_cloud.health_imaging.parameters import Parameters

_COLUMNS = {
    "DICOMPatientId": "patient_id",
    "DICOMAccessionNumber": "accession_number",
    "DICOMStudyId": "study_id",
    "DICOMStudyInstanceUID": "study_uid",
    "DICOMSeriesInstanceUID": "series_uid",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "isPrimary": "is_primary",
    "DICOMStudyDateAndTime": "study_date || study_time",
}
_RANGES = frozenset({"createdAt", "updatedAt", "DICOMStudyDateAndTime"})
_DEFAULT_SORT = ("updatedAt", "DESC")


def search(image_sets: ImageSets, parameters: Parameters) -> JsonObject:
    """Answer SearchImageSets."""
    criteria = parameters.structure("searchCriteria")
    conditions, values = ["1"], list[object]()
    filters = criteria.get("filters")
    for one in filters if isinstance(filters, list) else []:
        condition, found = _condition(as_object(one))
        conditions.append(condition)
        values += found
    sort = as_object(criteria.get("sort"))
    field = as_text(sort.get("sortField")) or _DEFAULT_SORT[0]
    order = as_text(sort.get("sortOrder")) or _DEFAULT_SORT[1]
    column = _COLUMNS[field]
    kinds = (str, str) if field == "DICOMStudyDateAndTime" else (float, str)
    after = paging.position(parameters.optional_text("nextToken"), kinds)
    if after is not None:
        conditions.append(f"({column}, image_set_id) {'<' if order == 'DESC' else '>'} (?, ?)")
        values += after
    limit = parameters.integer("maxResults", paging.DEFAULT_PAGE)
    statement = f"{' AND '.join(conditions)} ORDER BY {column} {order}, image_set_id {order} LIMIT ?"
    found_sets = image_sets.matching(parameters.text("datastoreId"), statement, [*values, limit + 1])
    page = found_sets[:limit]
    more = len(found_sets) > limit
    summaries: list[JsonValue] = [_summary(one) for one in page]
    return {
        "imageSetsMetadataSummaries": summaries,
        "sort": {"sortField": field, "sortOrder": order},
        "nextToken": paging.token([_sort_value(page[-1], field), page[-1].image_set_id]) if more else None,
    }


def _condition(search_filter: JsonObject) -> tuple[str, list[object]]:
    given = search_filter["values"]
    entries = [as_object(value) for value in given] if isinstance(given, list) else []
    names = {name for entry in entries for name in entry}
    if len(names) != 1:
        raise validation("searchCriteria.filters: the values of a filter must be of one attribute")
    name = names.pop()
    operands: list[object] = [_operand(entry[name]) for entry in entries]
    column = _COLUMNS[name]
    if search_filter["operator"] == "EQUAL":
        if len(operands) != 1:
            raise validation("searchCriteria.filters: EQUAL takes one value")
        if name == "DICOMStudyDateAndTime":
            # A date alone stands for the whole day.
            return f"substr({column}, 1, {len(str(operands[0]))}) = ?", operands
        return f"{column} = ?", operands
    if name not in _RANGES or len(operands) != 2:
        raise validation("searchCriteria.filters: BETWEEN takes two values of a date or time")
    low, high = operands
    if name == "DICOMStudyDateAndTime":
        high = f"{high}\x7f"  # 20200101 includes all of that day
    return f"{column} BETWEEN ? AND ?", [low, high]


def _operand(value: JsonValue) -> str | int | float:
    if isinstance(value, dict):
        return as_text(value.get("DICOMStudyDate")) + as_text(value.get("DICOMStudyTime"))
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int | float) else ""


def _sort_value(image_set: ImageSet, field: str) -> JsonValue:
    match field:
        case "createdAt":
            return image_set.created_at
        case "updatedAt":
            return image_set.updated_at
        case _:
            return image_set.key.study_date + image_set.key.study_time


def _summary(image_set: ImageSet) -> JsonObject:
    return {
        "imageSetId": image_set.image_set_id,
        "version": image_set.version,
        "createdAt": image_set.created_at,
        "updatedAt": image_set.updated_at,
        "lastAccessedAt": image_set.updated_at,
        "storageTier": "FREQUENT_ACCESS",
        "DICOMTags": image_set.tags,
        "isPrimary": image_set.is_primary,
    }
