"""A detection in the shape that Amazon Comprehend Medical answers with.

Offsets are 0-based code points, which are the indices of a ``str``; docs.aws.amazon.com/comprehend-medical, DetectPHI.
"""

from typing import TypedDict

from healthcare_runtime.phi_entity import PhiEntity

CATEGORY = "PROTECTED_HEALTH_INFORMATION"


class Trait(TypedDict):
    Name: str
    Score: float


class Entity(TypedDict):
    """An entity as DetectPHI answers with it."""

    Id: int
    BeginOffset: int
    EndOffset: int
    Score: float
    Text: str
    Category: str
    Type: str
    Traits: list[Trait]


class DetectPhiResponse(TypedDict):
    """Without ``UnmappedAttributes``: the service model of DetectPHI has none, whatever its examples show."""

    Entities: list[Entity]
    ModelVersion: str


def detect_phi_response(text: str, entities: tuple[PhiEntity, ...], model_version: str) -> DetectPhiResponse:
    """The response for the entities of ``text``. Kinds are ours and are left out; the text of the entity is in."""
    return {
        "Entities": [
            {
                "Id": number,
                "BeginOffset": one.begin,
                "EndOffset": one.end,
                "Score": one.score,
                "Text": text[one.begin : one.end],
                "Category": CATEGORY,
                "Type": one.type.value,
                "Traits": [],
            }
            for number, one in enumerate(entities)
        ],
        "ModelVersion": model_version,
    }
