"""What a step of the document workflow may raise; the state machine retries by class name (:class:`.DocumentFault`)."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.audit import AuditUnavailable
from healthcare_runtime.shield import Shield
from healthcare_runtime.structured_log import EventLog


class TransientDocumentError(Exception):
    """Something that passes: a throttle, an internal error of a service, a broken connection."""


class MalwareVerdictPending(Exception):  # noqa: N818 - the state machine retries by this name
    """The scanner has not tagged the object version yet."""


class DocumentStepError(Exception):
    """A step cannot go on: the document goes to quarantine."""


shielded: Final = Shield(
    EventLog("healthcare.documents"),
    transient=TransientDocumentError,
    permanent=DocumentStepError,
    passes=(MalwareVerdictPending, AuditUnavailable),
)
"""``@shielded("DetectPhi")``: only the exceptions of this module, and the audit trail's, leave the handler."""
