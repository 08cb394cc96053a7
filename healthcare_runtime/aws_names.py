"""Variables that name resources of AWS: what their names and ARNs look like, for settings."""

from enum import StrEnum
from typing import Final

from healthcare_runtime.environment import Text

KEY: Final = r"[A-Za-z0-9:/_-]{1,2048}"


def bucket(name: StrEnum) -> Text:
    return Text(name, r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "an S3 bucket name")


def table(name: StrEnum) -> Text:
    return Text(name, r"[A-Za-z0-9_.-]{3,255}", "a DynamoDB table name")


def queue(name: StrEnum, rule: str) -> Text:
    return Text(name, r"https?://[^\s]{1,1000}", rule)


def topic(name: StrEnum) -> Text:
    return Text(name, r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}", "the ARN of an SNS topic")


def state_machine(name: StrEnum, rule: str) -> Text:
    return Text(name, r"arn:aws[a-z-]*:states:[a-z0-9-]+:[0-9]{12}:stateMachine:[A-Za-z0-9_-]{1,80}", rule)


def role(name: StrEnum, rule: str) -> Text:
    return Text(name, r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}", rule)


def key(name: StrEnum, rule: str) -> Text:
    """A KMS key, by its id, its ARN or an alias."""
    return Text(name, KEY, rule)


def secret(name: StrEnum, rule: str) -> Text:
    return Text(name, r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@!-]{1,512}", rule)
