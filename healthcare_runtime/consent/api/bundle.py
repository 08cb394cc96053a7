"""Bundles of stored consents. Resources go in as the text they are stored as."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from healthcare_runtime.consent.store import StoredConsent, fhir_instant

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def search_set(found: Iterable[StoredConsent], self_query: Mapping[str, str], next_query: Mapping[str, str]) -> str:
    """A page of search results; no ``total``, which would count what a page does not show."""
    entries = (
        f'{{"fullUrl":{json.dumps(_relative(one))},"resource":{one.record.original},"search":{{"mode":"match"}}}}'
        for one in found
    )
    links = [{"relation": "self", "url": f"Consent?{urlencode(self_query)}"}]
    if next_query:
        links.append({"relation": "next", "url": f"Consent?{urlencode(next_query)}"})
    return _bundle("searchset", links, entries)


def history(consent_id: str, found: Iterable[StoredConsent], next_before: int | None) -> str:
    """The versions of one consent, newest first."""
    links = [{"relation": "self", "url": f"Consent/{consent_id}/_history"}]
    if next_before is not None:
        links.append({"relation": "next", "url": f"Consent/{consent_id}/_history?_before={next_before}"})
    return _bundle("history", links, (_past(one) for one in found))


def etag(stored: StoredConsent) -> str:
    return f'W/"{stored.record.version}"'


def http_date(moment: datetime) -> str:
    """``Sat, 31 Jan 2026 10:00:00 GMT`` (RFC 9110, 5.6.7), whatever the locale."""
    at = moment.astimezone(UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d} {at:%H:%M:%S} GMT"


def _past(one: StoredConsent) -> str:
    created = one.record.version == 1
    request = {"method": "POST" if created else "PUT", "url": "Consent" if created else _relative(one)}
    response = {
        "status": "201" if created else "200",
        "etag": etag(one),
        "lastModified": fhir_instant(one.recorded_at),
    }
    return (
        f'{{"fullUrl":{json.dumps(_relative(one))},"resource":{one.record.original},'
        f'"request":{json.dumps(request)},"response":{json.dumps(response)}}}'
    )


def _relative(one: StoredConsent) -> str:
    return f"Consent/{one.record.consent_id}"


def _bundle(kind: str, links: list[dict[str, str]], entries: Iterable[str]) -> str:
    listed = ",".join(entries)
    entry = f',"entry":[{listed}]' if listed else ""
    return f'{{"resourceType":"Bundle","type":"{kind}","link":{json.dumps(links)}{entry}}}'
