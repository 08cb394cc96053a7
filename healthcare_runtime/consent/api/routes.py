"""What each method on each path does (R4, RESTful API)."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

from healthcare_runtime.consent.api.bundle import etag, history, http_date, search_set
from healthcare_runtime.consent.api.capability import capability_statement
from healthcare_runtime.consent.api.decide_operation import read_request, render
from healthcare_runtime.consent.api.glass_alert import GlassAlert
from healthcare_runtime.consent.api.outcome import ApiFault, fault_of
from healthcare_runtime.consent.api.proxy import ApiAnswer, ApiRequest, ProxyAnswer
from healthcare_runtime.consent.api.role_claims import RoleClaims
from healthcare_runtime.consent.api.trail import Act, ActOutcome, ConsentTrail
from healthcare_runtime.consent.codes import Basis
from healthcare_runtime.consent.decision import decide
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.record import ConsentStatus
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.consent.store import BeforeCommit, ConsentStore, StoredConsent
from healthcare_runtime.structured_log import EventLog

_ID: Final = "[A-Za-z0-9.-]{1,64}"
_VERSION: Final = re.compile(r'(?:W/)?"(?P<version>[1-9][0-9]{0,8})"')
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_PAGE: Final = 50
_LARGEST_PAGE: Final = 100
_SEARCH_PARAMETERS: Final = frozenset({"patient", "patient:identifier", "status", "_count", "_after", "_format"})

_log = EventLog("healthcare_runtime.consent.api")

Operation = Callable[[ApiRequest, "re.Match[str]"], ApiAnswer]


class ConsentApi:
    """Answers proxy events from a store; what it changes or shows is in the audit trail before (``trail``)."""

    def __init__(self, store: ConsentStore, *, trail: ConsentTrail, claims: RoleClaims, alert: GlassAlert) -> None:
        self._store = store
        self._trail = trail
        self._claims = claims
        self._alert = alert
        self._routes: tuple[tuple[re.Pattern[str], Mapping[str, Operation]], ...] = (
            (re.compile(r"/metadata/?"), {"GET": _metadata}),
            (re.compile(r"/Consent/?"), {"POST": self._create, "GET": self._search}),
            (re.compile(r"/Consent/\$decide"), {"POST": self._decide}),
            (re.compile(rf"/Consent/(?P<id>{_ID})"), {"GET": self._read, "PUT": self._update}),
            (re.compile(rf"/Consent/(?P<id>{_ID})/_history"), {"GET": self._history}),
            (re.compile(rf"/Consent/(?P<id>{_ID})/_history/(?P<version>{_ID})"), {"GET": self._vread}),
            (re.compile(rf"/Consent/(?P<id>{_ID})/\$revoke"), {"POST": self._revoke}),
        )

    def answer(self, event: Mapping[str, object]) -> ProxyAnswer:
        """Answer one event; every fault becomes an OperationOutcome, what nobody foresaw a 500 without a word."""
        began = time.monotonic()
        name = "unknown"
        try:
            request = ApiRequest.parse(event)
            operation, match = self._route(request)
            name = getattr(operation, "__name__", name).strip("_")
            request.require_json_accepted()
            answer = operation(request, match)
        except Exception as error:
            fault = fault_of(error) or _unforeseen(error)
            answer = ApiAnswer(fault.status, fault.body(), fault.headers)
        _log.info("consent_api", source=name, status=answer.status, seconds=round(time.monotonic() - began, 4))
        return answer.to_proxy()

    def _route(self, request: ApiRequest) -> tuple[Operation, re.Match[str]]:
        for pattern, operations in self._routes:
            match = pattern.fullmatch(request.path)
            if match is not None:
                if request.method in operations:
                    return operations[request.method], match
                allowed = ", ".join(sorted(operations))
                raise ApiFault(405, "not-supported", f"allowed here: {allowed}", headers={"Allow": allowed})
        raise ApiFault(404, "not-supported", "no such path")

    def _create(self, request: ApiRequest, _match: re.Match[str]) -> ApiAnswer:
        request.require_json()
        record = parse_consent(request.body)
        stored = self._change(request, Act.CREATE, lambda said: self._store.put(record, before_commit=said))
        location = f"{request.base_url}/{stored.record.reference}".lstrip("/")
        return _answer(stored, 201, {"Location": location})

    def _read(self, request: ApiRequest, match: re.Match[str]) -> ApiAnswer:
        return self._show(request, self._store.get(match["id"]))

    def _vread(self, request: ApiRequest, match: re.Match[str]) -> ApiAnswer:
        if _NUMBER.fullmatch(match["version"]) is None:
            raise ApiFault(404, "not-found", "no such consent or version")
        return self._show(request, self._store.get(match["id"], int(match["version"])))

    def _update(self, request: ApiRequest, match: re.Match[str]) -> ApiAnswer:
        request.require_json()
        seen = _if_match(request)
        if seen is None:
            raise ApiFault(412, "required", 'If-Match is required: the ETag that was read, W/"{version}"')
        record = parse_consent(request.body)
        if record.consent_id != match["id"]:
            raise ApiFault(400, "value", "must be the id of the path", "Consent.id")
        return _answer(
            self._change(request, Act.UPDATE, lambda said: self._store.put(record, seen, before_commit=said))
        )

    def _revoke(self, request: ApiRequest, match: re.Match[str]) -> ApiAnswer:
        seen = _if_match(request)
        return _answer(
            self._change(request, Act.REVOKE, lambda said: self._store.revoke(match["id"], seen, before_commit=said))
        )

    def _history(self, request: ApiRequest, match: re.Match[str]) -> ApiAnswer:
        _require_known(request, {"_before", "_format"})
        before = _number(request, "_before")
        found = self._store.history(match["id"], before=before, limit=_PAGE)
        more = found[-1].record.version if found and found[-1].record.version > 1 else None
        if found:  # an empty page shows nothing, and its id may be any word of the caller's
            self._trail.history(request.caller, found)
        return ApiAnswer(200, history(match["id"], found, more))

    def _search(self, request: ApiRequest, _match: re.Match[str]) -> ApiAnswer:
        _require_known(request, _SEARCH_PARAMETERS)
        named = [request.query[name] for name in ("patient", "patient:identifier") if name in request.query]
        if len(named) != 1:
            raise ApiFault(400, "required", "patient is required, once")
        patient, after = patient_key(named[0]), request.query.get("_after", "")
        if after and re.fullmatch(_ID, after) is None:
            raise ApiFault(400, "value", "_after must be what a link said")
        limit = min(_number(request, "_count") or _PAGE, _LARGEST_PAGE)
        status = _status(request)
        found = self._store.search(patient, status=status, after=after, limit=limit + 1)
        page = found[:limit]
        following = {**request.query, "_after": page[-1].record.consent_id} if len(found) > limit else {}
        self._trail.found(request.caller, page)
        return ApiAnswer(200, search_set(page, request.query, following))

    def _decide(self, request: ApiRequest, _match: re.Match[str]) -> ApiAnswer:
        request.require_json()
        question = read_request(request.body, datetime.now(UTC))
        if not self._claims.allow(request.caller, question):
            self._trail.refused(request.caller, question)
            raise ApiFault(403, "forbidden", "this caller may not claim that role or purpose")
        decision = decide(self._store.current(question.patient), question)
        self._trail.decided(request.caller, question, decision)
        if decision.basis is Basis.BREAK_GLASS and question.break_glass is not None:
            self._trail.glass_broken(request.caller, question.break_glass.reason)
            self._alert.tell(request.caller, question.break_glass.reason)
        return ApiAnswer(200, render(decision))

    def _show(self, request: ApiRequest, stored: StoredConsent) -> ApiAnswer:
        self._trail.read(request.caller, stored)
        return _answer(stored)

    def _change(self, request: ApiRequest, act: Act, change: Callable[[BeforeCommit], StoredConsent]) -> StoredConsent:
        """Change something, with its event between the writing and the commit."""
        said: dict[int, StoredConsent] = {}

        def say(stored: StoredConsent) -> None:
            self._trail.changed(request.caller, act, stored)
            said[stored.record.version] = stored

        kept: StoredConsent | None = None
        try:
            kept = change(say)
        finally:
            # What was said of a transaction that was repeated, or whose commit failed. A repeated one has written anew.
            for stored in said.values():
                if kept is None or stored is not kept:
                    self._trail.undone(request.caller, act, stored)
        if said.get(kept.record.version) is not kept:
            self._trail.changed(request.caller, act, kept, outcome=ActOutcome.UNCHANGED)
        return kept


def _metadata(_request: ApiRequest, _match: re.Match[str]) -> ApiAnswer:
    return ApiAnswer(200, capability_statement())


def _answer(stored: StoredConsent, status: int = 200, headers: Mapping[str, str] | None = None) -> ApiAnswer:
    validators = {"ETag": etag(stored), "Last-Modified": http_date(stored.recorded_at)}
    return ApiAnswer(status, stored.record.original, {**validators, **(headers or {})})


def _if_match(request: ApiRequest) -> int | None:
    value = request.headers.get("if-match")
    if value is None:
        return None
    match = _VERSION.fullmatch(value.strip())
    if match is None:
        raise ApiFault(400, "value", 'If-Match must be one ETag, W/"{version}"')
    return int(match["version"])


def _require_known(request: ApiRequest, known: set[str] | frozenset[str]) -> None:
    """Refuse a parameter that we do not know: without it the answer would be wider than asked (R4, Search)."""
    if not request.query.keys() <= known:
        raise ApiFault(400, "not-supported", f"known parameters: {', '.join(sorted(known))}")


def _number(request: ApiRequest, name: str) -> int | None:
    value = request.query.get(name)
    if value is None:
        return None
    if _NUMBER.fullmatch(value) is None:
        raise ApiFault(400, "value", f"{name} must be a whole number from 1")
    return int(value)


def _status(request: ApiRequest) -> ConsentStatus | None:
    value = request.query.get("status")
    if value is None:
        return None
    if value not in tuple(ConsentStatus):
        raise ApiFault(400, "value", "status must be one of R4 consent-state-codes")
    return ConsentStatus(value)


def _unforeseen(error: Exception) -> ApiFault:
    """Log where it happened, not what it said."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "unknown" if trace is None else f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    _log.error("consent_api_failed", error_type=type(error).__name__, reason=place)
    return ApiFault(500, "exception", "an error on our side: it is recorded")
