"""Looks an instance up in the import's registry: for storage commitment of what another process stored."""

from collections.abc import Iterator
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from healthcare_runtime.contracts.imaging import SOP_INSTANCE_INDEX, InstanceAttribute
from healthcare_runtime.object_key import InstanceKey, InvalidKeyError

_LIMITS: Final = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
_MOST_ITEMS: Final = 64


class InstanceRegistry:
    """The index `bySopInstance` of the instance table (`healthcare_runtime.contracts.imaging.InstanceAttribute`)."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._dynamodb = boto3.client("dynamodb", config=_LIMITS)

    def find(self, sop_instance_uid: str) -> Iterator[InstanceKey]:
        """The keys under which the instance has been registered; whether they still exist is another question.

        Raises
        ------
        OSError
            The table cannot be asked.
        """
        try:
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName=SOP_INSTANCE_INDEX,
                KeyConditionExpression="#uid = :uid",
                ExpressionAttributeNames={
                    "#uid": InstanceAttribute.SOP_INSTANCE_UID,
                    "#prefix": InstanceAttribute.PREFIX,
                    "#object": InstanceAttribute.OBJECT,
                },
                ExpressionAttributeValues={":uid": {"S": sop_instance_uid}},
                ProjectionExpression="#prefix, #object",
                Limit=_MOST_ITEMS,
            )
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"INSTANCE_TABLE={self._table}: {type(error).__name__}") from error
        for item in answer["Items"]:
            prefix, name = item[InstanceAttribute.PREFIX]["S"], item[InstanceAttribute.OBJECT]["S"]
            try:
                yield InstanceKey.parse(prefix + name.partition("#")[0])
            except InvalidKeyError:  # not written by this program
                continue
