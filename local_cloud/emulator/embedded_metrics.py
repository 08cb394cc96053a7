"""CloudWatch metrics from log lines in the embedded metric format, so that alarms on them work here as well.

Source: CloudWatch user guide, "Embedded metric format specification". Stock ministack only logs such lines.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ministack.services import cloudwatch

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("embedded metrics")
PATCHES.require("services.cloudwatch:record_metric", "namespace metric_name value unit dimensions")
PATCHES.require("services.cloudwatch:_evaluate_all_alarms", "")

_log = logging.getLogger("local_cloud.metrics")


class Sample(NamedTuple):
    namespace: str
    name: str
    value: float
    unit: str
    dimensions: dict[str, str]


@PATCHES.replaces("services.lambda_svc:_emit_lambda_logs", "func request_id log_text error duration_ms log_source")
def _emit_lambda_logs(original: Any, func: Any, request_id: str, log_text: str, *others: Any, **options: Any) -> Any:
    found = [sample for line in (log_text or "").splitlines() for sample in samples(line)]
    for one in found:
        cloudwatch.record_metric(one.namespace, one.name, one.value, one.unit, one.dimensions)
    if found:
        cloudwatch._evaluate_all_alarms()
    return original(func, request_id, log_text, *others, **options)


def samples(line: str) -> Iterator[Sample]:
    """The metrics of one log line; none when it is not in the format."""
    if '"_aws"' not in line or not line.startswith("{"):
        return
    try:
        entry = json.loads(line)
        for directive in entry["_aws"]["CloudWatchMetrics"]:
            yield from _directive(entry, directive)
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.warning("a log line looks like embedded metrics but is malformed")


def _directive(entry: Mapping[str, Any], directive: Mapping[str, Any]) -> Iterator[Sample]:
    for names in directive.get("Dimensions") or [[]]:
        dimensions = {name: str(entry[name]) for name in names}
        for metric in directive["Metrics"]:
            values = entry[metric["Name"]]
            for value in values if isinstance(values, list) else [values]:
                unit = metric.get("Unit", "None")
                yield Sample(directive["Namespace"], metric["Name"], float(value), unit, dimensions)
