"""Documents end to end on the local cloud: one at a time, at a steady rate, and all at once."""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

import boto3
import psutil

from bench.measure import Measure
from demo.documents.catalogue import documents
from demo.documents.delivery import ConsentApi, Delivery, deliver, load_consents
from demo.documents.document import DemoDocument, Kind
from demo.documents.following import is_at_rest
from demo.documents.patients import ConsentState, patients
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.document import Document, read_document
from local_cloud.cloud import EMULATOR, LocalCloud
from local_cloud.endpoints import Endpoints
from local_cloud.layout import ACCOUNT, REGION, Layout
from local_cloud.progress import Progress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

ALONE: Final = 40
RATE: Final = 5
SECONDS: Final = 60
AT_ONCE: Final = 500
_WARM_UP: Final = 12
_SUBMITTERS: Final = 50
_PATIENCE_SECONDS: Final = 600
_BATCH: Final = 100  # DynamoDB API reference, BatchGetItem: items of one request
_FIRST_SEED: Final = 31_000


@dataclass(frozen=True)
class Settled:
    """A document that was sent, and where it came to rest. Epoch seconds."""

    sent_at: float
    found: Document

    @property
    def at(self) -> float:
        return self.found.updated_at / 1000

    @property
    def seconds(self) -> float:
        return self.at - self.sent_at


def flow() -> list[Measure]:
    """Measure a local cloud of its own, with the waits that it has by default."""
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        cloud = LocalCloud(layout, Progress())
        try:
            endpoints = cloud.up()
            emulator = next(started.pid for started in cloud.status() if started.name == EMULATOR)
            return _Bench(endpoints, psutil.Process(emulator)).measure()
        finally:
            cloud.down()


class _Bench:
    """One cloud that is up, and sound documents of patients who have consented."""

    def __init__(self, endpoints: Endpoints, emulator: psutil.Process) -> None:
        session = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION)
        assert endpoints.consent_api is not None
        self._consents = ConsentApi(session, endpoints.consent_api)
        self._s3: S3Client = session.client("s3", endpoint_url=endpoints.aws)
        self._dynamodb: DynamoDBClient = session.client("dynamodb", endpoint_url=endpoints.aws)
        self._bucket = endpoints.buckets["raw"]
        self._table = endpoints.tables["documents"]
        self._emulator = emulator
        self._seeds = itertools.count(_FIRST_SEED)
        self._stock: list[DemoDocument] = []

    def measure(self) -> list[Measure]:
        """The three loads, one after the other: each finds the functions as the one before left them."""
        self._await([self._send(document) for document in self._take(_WARM_UP)])
        return [*self._alone(), *self._steady(), *self._burst()]

    def _alone(self) -> list[Measure]:
        began = self._processor_seconds()
        settled = [self._await([self._send(document)])[0] for document in self._take(ALONE)]
        processor = self._processor_seconds() - began
        seconds = [one.seconds for one in settled]
        detail = f"{ALONE} documents, one after the other; {_outcomes(settled)}"
        return [
            Measure("One document end to end, p50", median(seconds), "s", "under 5", detail),
            Measure(
                "One document end to end, p95", _p95(seconds), "s", "under 5", "from the first byte to the outcome"
            ),
            Measure(
                "Processor time of one document",
                processor / ALONE,
                "s",
                "under 0.35",
                "the emulator and all functions, without the services beside them",
            ),
        ]

    def _steady(self) -> list[Measure]:
        made = self._take(RATE * SECONDS)
        began = time.time()

        def send(number: int) -> Delivery:
            time.sleep(max(0.0, began + number / RATE - time.time()))
            return self._send(made[number])

        with ThreadPoolExecutor(RATE) as pool:
            sent = list(pool.map(send, range(len(made))))
        settled = self._await(sent)
        rate = f"{RATE} documents a second for {SECONDS} s on {os.cpu_count()} cores"
        middle, end = (_backlog(settled, began + moment) for moment in (SECONDS / 2, SECONDS))
        return [
            Measure("Steady, p95", _p95([one.seconds for one in settled]), "s", "under 5", rate),
            Measure(
                "Steady, backlog at the end",
                end,
                "documents",
                f"under {5 * RATE}",
                f"half-way: {middle}; {_outcomes(settled)}",
            ),
        ]

    def _burst(self) -> list[Measure]:
        made = self._take(AT_ONCE)
        with self._peak_memory() as peak:
            began = time.time()
            sent = self._deliver(made)
            settled = self._await(sent)
        took = max(one.at for one in settled) - began
        return [
            Measure(
                f"{AT_ONCE} documents at once: lost",
                len(sent) - len(settled),
                "documents",
                "0",
                _outcomes(settled),
            ),
            Measure(f"{AT_ONCE} documents at once", took, "s", "under 180", f"{len(settled) / took:.1f} a second"),
            Measure(
                "Memory of the emulator and all functions, peak",
                peak[0] / 2**20,
                "MiB",
                "under 6000",
                f"{peak[1]} processes; resident, pages that they share counted in each",
            ),
        ]

    def _take(self, count: int) -> list[DemoDocument]:
        """Documents that were not sent before; a second copy of one is what the fraud score looks for."""
        while len(self._stock) < count:
            seed = next(self._seeds)
            load_consents(self._consents, [one for one in patients(seed) if one.consent_state is ConsentState.GIVEN])
            self._stock += [_from_some_ward(one, number) for number, one in enumerate(_sound(seed))]
        taken, self._stock = self._stock[:count], self._stock[count:]
        return taken

    def _send(self, document: DemoDocument) -> Delivery:
        return self._deliver([document])[0]

    def _deliver(self, made: Sequence[DemoDocument]) -> list[Delivery]:
        return deliver(self._s3, self._bucket, f"bench/{time.time_ns():x}", made)

    def _await(self, sent: Sequence[Delivery]) -> list[Settled]:
        """Those that came to rest in time; looked at seldom enough not to be a load of its own."""
        sent_at = {one.document_id: one.sent_at for one in sent}
        found: dict[str, Document] = {}
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while len(found) < len(sent_at) and time.monotonic() < deadline:
            time.sleep(0.1 if len(sent) == 1 else 1.0)
            waiting = [one for one in sent_at if one not in found]
            found |= {one.document_id: one for one in self._read(waiting) if is_at_rest(one)}
        return [Settled(sent_at[one.document_id], one) for one in found.values()]

    def _read(self, document_ids: Sequence[str]) -> Iterator[Document]:
        for start in range(0, len(document_ids), _BATCH):
            keys = [{"documentId": {"S": one}} for one in document_ids[start : start + _BATCH]]
            answer = self._dynamodb.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
            yield from (read_document(item) for item in answer["Responses"].get(self._table, []))

    def _processes(self) -> list[psutil.Process]:
        return [self._emulator, *self._emulator.children(recursive=True)]

    def _processor_seconds(self) -> float:
        used = 0.0
        for process in self._processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue  # an execution environment that was retired meanwhile
            used += times.user + times.system
        return used

    @contextmanager
    def _peak_memory(self) -> Iterator[list[int]]:
        """The most bytes seen at one time, and how many processes had them."""
        peak, done = [0, 0], threading.Event()

        def watch() -> None:
            while not done.wait(0.5):
                sizes = [size for process in self._processes() if (size := _resident(process))]
                if sum(sizes) > peak[0]:
                    peak[:] = [sum(sizes), len(sizes)]

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield peak
        finally:
            done.set()
            watcher.join()


def _sound(seed: int) -> Iterator[DemoDocument]:
    """What is processed; claims tables are left out, for old ones are held."""
    for document in documents(seed):
        if document.expected is DocumentStatus.PROCESSED and document.kind is not Kind.CSV:
            yield document


def _from_some_ward(document: DemoDocument, number: int) -> DemoDocument:
    """As many machines send: one alone that sends hundreds in a minute is held."""
    return replace(document, metadata={**document.metadata, "submitter": f"bench/ward-{number % _SUBMITTERS}"})


def _backlog(settled: Sequence[Settled], moment: float) -> int:
    return sum(one.sent_at <= moment < one.at for one in settled)


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _outcomes(settled: Sequence[Settled]) -> str:
    processed = sum(one.found.status is DocumentStatus.PROCESSED for one in settled)
    return f"{processed} processed, {len(settled) - processed} held"


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
