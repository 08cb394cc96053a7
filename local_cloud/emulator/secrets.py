"""``AWS::SecretsManager::Secret`` as CloudFormation has it: ``Ref`` is the ARN, and the Exclude flags count."""

import string
from typing import Any

from ministack.services.cloudformation import provisioners

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import Properties, flag, mapping, text
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("Secrets Manager secrets")

_EXCLUSIONS = {
    "ExcludePunctuation": string.punctuation,
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeUppercase": string.ascii_uppercase,
    "ExcludeNumbers": string.digits,
}


@PATCHES.replaces("services.cloudformation.provisioners:_sm_secret_string", "props")
def _sm_secret_string(original: Any, props: Properties) -> Any:
    generate = mapping(props, "GenerateSecretString")
    if not generate or props.get("SecretString"):
        return original(props)
    excluded = text(generate, "ExcludeCharacters")
    excluded += "".join(characters for name, characters in _EXCLUSIONS.items() if flag(generate, name))
    return original({**props, "GenerateSecretString": {**generate, "ExcludeCharacters": excluded}})


def _name(physical_id: str) -> str:
    """The secret's name; an ARN ends in a hyphen and six random characters."""
    return physical_id.split(":secret:")[1][:-7] if ":secret:" in physical_id else physical_id


@PATCHES.finally_do
def install(_settings: EmulatorSettings) -> None:
    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, object]]:
        _secret, attributes = handler["create"](logical_id, properties, stack)
        return attributes["Arn"], attributes

    def update(
        physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str
    ) -> tuple[str, dict[str, object]]:
        _secret, attributes = handler["update"](_name(physical_id), old, new, stack, logical_id)
        return attributes["Arn"], attributes

    def delete(physical_id: str, properties: Properties) -> None:
        handler["delete"](_name(physical_id), properties)

    provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }
