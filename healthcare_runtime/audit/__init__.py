"""The audit trail: who did what to which document or consent, in an order that nobody can change unseen.

``AuditTrail`` appends; ``checkpoint`` signs what was appended and writes it where nobody can delete it;
``python -m healthcare_runtime.audit verify`` finds every change, ``show`` prints the trail of one entity.
164.312(b), 164.316(b)(2)(i).
"""

from healthcare_runtime.audit.event import AuditEvent
from healthcare_runtime.audit.faults import AuditEventError, AuditUnavailable, EventContradictedError
from healthcare_runtime.audit.trail import AuditPosition, AuditTrail

__all__ = [
    "AuditEvent",
    "AuditEventError",
    "AuditPosition",
    "AuditTrail",
    "AuditUnavailable",
    "EventContradictedError",
]
