"""SQS event source mappings: the batching window, and batches of more than ten messages.

Stock ministack invokes the function with whatever is visible, at most ten messages. On AWS a mapping with
``MaximumBatchingWindowInSeconds`` gathers until the batch is full or the window, which opens with the first message,
is over.
"""

import threading
import time
from typing import Any

from ministack.services import sqs

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("SQS event source mappings")
PATCHES.require("services.sqs:_queues_lock")
PATCHES.require("services.sqs:_get_q", "url action")
PATCHES.require("services.sqs:_collect_msgs", "q max_n vis_timeout")
PATCHES.require("services.sqs:_expire_retained", "q")
PATCHES.require("services.sqs:_dlq_sweep", "q")

# Without a window AWS allows at most ten messages in a batch (Lambda API, CreateEventSourceMapping, BatchSize).
_BATCH_WITHOUT_WINDOW = 10

_polled = threading.local()


@PATCHES.replaces("services.lambda_svc:_sqs_esm_concurrency", "esm func_rec config queue")
def _sqs_esm_concurrency(original: Any, esm: Any, *arguments: Any, **options: Any) -> Any:
    """Called by the poller right before it receives for ``esm``: the only place that knows the mapping."""
    _polled.window = float(esm.get("MaximumBatchingWindowInSeconds") or 0)
    return original(esm, *arguments, **options)


@PATCHES.replaces("services.sqs:_receive_messages_for_esm", "queue_url max_number")
def _receive_messages_for_esm(original: Any, queue_url: str, max_number: int) -> Any:
    window = getattr(_polled, "window", 0.0)
    if not window:
        return original(queue_url, min(int(max_number or 1), _BATCH_WITHOUT_WINDOW))
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        now = time.time()
        waiting_since = [message["visible_at"] for message in queue["messages"] if message["visible_at"] <= now]
        full = len(waiting_since) >= int(max_number)
        if not waiting_since or not (full or now - min(waiting_since) >= window):
            return []
        return sqs._collect_msgs(queue, int(max_number), int(queue["attributes"].get("VisibilityTimeout", "30")))
