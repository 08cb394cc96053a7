"""What every stack of a stage is given alike: its environment, its explicit name, its tags."""

from typing import NotRequired, TypedDict

from aws_cdk import Environment


class StackOptions(TypedDict):
    """Keyword arguments that a stack hands to :class:`aws_cdk.Stack` unchanged."""

    env: Environment
    stack_name: str
    description: str
    tags: NotRequired[dict[str, str]]
    termination_protection: NotRequired[bool]
