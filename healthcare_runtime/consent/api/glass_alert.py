"""Tells the privacy officer, at once, that somebody broke the glass."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.api.caller import Caller
from healthcare_runtime.consent.api.trail import request_entity
from healthcare_runtime.consent.codes import EmergencyReason
from healthcare_runtime.structured_log import EventLog

_log = EventLog("healthcare_runtime.consent.api")


class GlassAlert:
    """Publishes to the CRITICAL topic: the reason's code and where the trail says who; never whose data.

    The client is made when the first glass breaks: no cold start waits for it.
    """

    def __init__(self, clients: AwsClients, topic: str) -> None:
        self._clients = clients
        self._topic = topic

    def tell(self, caller: Caller, reason: EmergencyReason) -> None:
        """Publish. A message that cannot be sent does not hold up an emergency: the trail has the event already, the
        log line raises an alarm by another way, and the answer obliges the caller to tell the privacy officer.
        """
        _log.warning("glass_broken", reason=reason)
        entity = request_entity(caller)
        try:
            self._clients.sns.publish(
                TopicArn=self._topic,
                Subject="Break-glass: emergency access",
                Message=json.dumps(
                    {
                        "event": "break-glass",
                        "reason": reason,
                        "request": entity,
                        "show": f"python -m healthcare_runtime.audit show --entity {entity}",
                    }
                ),
            )
        except (BotoCoreError, ClientError):
            _log.failure("glass_alert_failed", reason=reason)
