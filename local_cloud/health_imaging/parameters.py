"""Typed access to the parameters of a call, which :mod:`constraints` has already checked against the model."""

from local_cloud.health_imaging.json_types import JsonObject, as_object


class Parameters:
    """The parameters of one call."""

    def __init__(self, values: JsonObject) -> None:
        self._values = values

    def text(self, name: str) -> str:
        value = self._values[name]
        if not isinstance(value, str):
            raise TypeError(f"{name}: not a string")
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self._values.get(name) is not None else None

    def integer(self, name: str, default: int) -> int:
        value = self._values.get(name)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        return self._values.get(name) is True

    def structure(self, name: str) -> JsonObject:
        return as_object(self._values.get(name))

    def inner(self, name: str) -> "Parameters":
        return Parameters(self.structure(name))

    def texts(self, name: str) -> list[str]:
        value = self._values.get(name)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None
