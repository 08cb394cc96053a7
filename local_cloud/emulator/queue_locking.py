"""SQS without lost messages.

ministack removes messages by building a list of what stays and assigning it, while EventBridge, S3 and SNS append to
the old list from other threads: a message that arrives in between is lost. Every function that changes a queue runs
under the service's own lock here; the lock becomes re-entrant, because some of them call others.
"""

import threading
from collections.abc import Callable

from ministack.services import sqs

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("SQS queues under one lock")
PATCHES.require("services.sqs:_queues_lock")
PATCHES.require("services.sqs:_HANDLERS")
PATCHES.require("services.sqs:_receive_messages_for_esm", "queue_url max_number")
PATCHES.require("services.sqs:_delete_messages_for_esm", "queue_url receipt_handles")

_MUTATING = (
    ("services.sqs:_expire_retained", "q"),
    ("services.sqs:_dlq_sweep", "q"),
    ("services.sqs:_collect_msgs", "q max_n vis_timeout"),
    ("services.sqs:_act_send_message", "data qurl"),
    ("services.sqs:_act_delete_message", "data qurl"),
    ("services.sqs:_act_delete_message_batch", "data qurl"),
    ("services.sqs:_act_change_visibility", "data qurl"),
    ("services.sqs:_act_change_visibility_batch", "data qurl"),
    ("services.sqs:_act_purge_queue", "data qurl"),
    ("services.eventbridge:_dispatch_to_sqs", "spec payload sqs_parameters"),
    ("services.s3:_deliver_event_to_sqs", "arn event_payload bucket_region bucket_name"),
    (
        "services.sns:_deliver_to_sqs",
        "endpoint envelope raw raw_message message_group_id message_dedup_id message_attributes topic_arn",
    ),
)


def _locked(original: Callable[..., object], *arguments: object, **options: object) -> object:
    with sqs._queues_lock:
        return original(*arguments, **options)


for _path, _parameters in _MUTATING:
    PATCHES.replaces(_path, _parameters)(_locked)


@PATCHES.finally_do
def install(_settings: EmulatorSettings) -> None:
    """Make the lock re-entrant, and let the API's dispatch table find the replaced actions."""
    sqs._queues_lock = threading.RLock()
    sqs._HANDLERS.update({action: getattr(sqs, function.__name__) for action, function in sqs._HANDLERS.items()})
