"""Faults of a request as FHIR ``OperationOutcome``: which rule, which element; never a value, never a stack."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from healthcare_runtime.audit import AuditUnavailable
from healthcare_runtime.consent.faults import (
    ConsentConflictError,
    ConsentFaultError,
    ConsentNotFoundError,
    ConsentUnavailable,
    StoreForbidsError,
    VersionConflictError,
)
from healthcare_runtime.consent.patient import PatientReferenceError

RETRY_SECONDS: Final = 5


class ApiFault(Exception):  # noqa: N818  (an answer, raised)
    """An answer that is not 2xx.

    Parameters
    ----------
    code
        R4 required binding ``issue-type``.
    expression
        FHIRPath of the element at fault, if one is.
    """

    def __init__(
        self, status: int, code: str, diagnostics: str, expression: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.headers = headers or {}
        self._issue: dict[str, object] = {"severity": "error", "code": code, "diagnostics": diagnostics}
        if expression:
            self._issue["expression"] = [expression]

    def body(self) -> str:
        return json.dumps({"resourceType": "OperationOutcome", "issue": [self._issue]})


def fault_of(error: Exception) -> ApiFault | None:
    """The answer for an error of the consent code; None for one that nobody foresaw."""
    if isinstance(error, ApiFault):
        return error
    if isinstance(error, ConsentFaultError):
        by_path = (422, "invalid") if error.path else (400, "structure")
        return ApiFault(*by_path, error.rule, error.path)
    return next((answer(str(error)) for kind, answer in _ANSWERS.items() if isinstance(error, kind)), None)


_ANSWERS: Final[Mapping[type[Exception], Callable[[str], ApiFault]]] = {
    PatientReferenceError: lambda rule: ApiFault(400, "value", f"patient: {rule}"),
    ConsentNotFoundError: lambda _: ApiFault(404, "not-found", "no such consent or version"),
    VersionConflictError: lambda _: ApiFault(
        412, "conflict", "the consent has another version: read it, then try again"
    ),
    ConsentConflictError: lambda rule: ApiFault(409, "business-rule", rule),
    StoreForbidsError: lambda _: ApiFault(403, "forbidden", "not allowed"),
    ConsentUnavailable: lambda _: _later("consents are not available now: try again"),
    AuditUnavailable: lambda _: _later("nothing was done, for it cannot be recorded now: try again"),
}


def _later(diagnostics: str) -> ApiFault:
    return ApiFault(503, "transient", diagnostics, headers={"Retry-After": str(RETRY_SECONDS)})
