"""How tests look at the import stack: its functions, their policies, the state machine."""

import json
from typing import Any, Final

from tests.infra.templates import Resources, only

STACK: Final = "imaging-import"
FUNCTIONS: Final = {
    "TriggerImport": "lambdas.imaging_import.trigger_import.handler",
    "StartImportJob": "lambdas.imaging_import.start_import_job.handler",
    "CheckStatus": "lambdas.imaging_import.check_status.handler",
    "RegisterInstances": "lambdas.imaging_import.register_instances.handler",
    "SweepInstances": "lambdas.imaging_import.sweep_instances.handler",
}
POLICIES: Final = {
    "TriggerImport": "StepsTriggerImportIdentityPermissions",
    "StartImportJob": "StepsStartImportJobIdentityPermissions",
    "CheckStatus": "StepsCheckStatusIdentityPermissions",
    "RegisterInstances": "RegistrationRegisterInstancesIdentityPermissions",
    "SweepInstances": "SweeperSweepInstancesIdentityPermissions",
}


def definition(resources: Resources) -> dict[str, Any]:
    """The state machine's definition, with the logical id of each function in place of its ARN."""
    pieces = only(resources, "AWS::StepFunctions::StateMachine")["DefinitionString"]["Fn::Join"][1]
    text = "".join(piece if isinstance(piece, str) else piece["Fn::GetAtt"][0] for piece in pieces)
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def environment_of(resources: Resources, function: str) -> dict[str, Any]:
    variables: dict[str, Any] = only(resources, "AWS::Lambda::Function", function)["Environment"]["Variables"]
    return variables
