"""What the audit trail raises. None of the texts quotes an event's content."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.shield import Shield
from healthcare_runtime.structured_log import EventLog


class AuditUnavailable(Exception):  # noqa: N818 - state machines retry by this name (contracts.DocumentFault)
    """The event is not kept, or it is not known whether it is: the caller must not go on. To repeat is safe."""


class AuditEventError(ValueError):
    """A value may not be in an audit event. The text names the field and its form, never the value."""


class EventContradictedError(Exception):
    """An event is already kept under this id, and it says something else. To repeat does not help."""


class AuditDamagedError(Exception):
    """Table and bucket contradict each other: nothing is signed until ``python -m healthcare_runtime.audit verify``."""


class CheckpointError(Exception):
    """A checkpoint could not be made, for a reason that is not in the trail: a permission, a setting."""


checkpoint_shield: Final = Shield(
    EventLog("healthcare.audit"),
    transient=AuditUnavailable,
    permanent=CheckpointError,
    passes=(AuditDamagedError,),
)
"""``@checkpoint_shield("Checkpoint")``: only the exceptions of this module leave the handler."""
