"""What a step of the import may raise; the state machine retries by class name (:class:`.contracts.ImportFault`)."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.shield import Shield
from healthcare_runtime.structured_log import EventLog


class StartThrottled(Exception):  # noqa: N818 - the state machine retries by this name
    """No start token, no free job slot, or HealthImaging said so: try again later, for as long as it takes."""


class TransientImportError(Exception):
    """Something that passes: an internal error of a service, or output that is not there yet."""


class ImportStepError(Exception):
    """A step cannot go on and repeating it at once will not help. The sweeper starts the batch again later."""


shielded: Final = Shield(
    EventLog("healthcare.imaging"),
    transient=TransientImportError,
    permanent=ImportStepError,
    passes=(StartThrottled,),
)
"""``@shielded("StartImportJob")``: only the exceptions of this module leave the handler."""
