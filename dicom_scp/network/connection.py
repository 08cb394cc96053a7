"""One TCP connection from its first byte to its last: TLS, the association request and its answer, the association."""

import itertools
import ssl
import time
from dataclasses import dataclass, field
from typing import Final

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.acceptance import Rejection, ae_title
from dicom_scp.network.admission import Admission, Connection
from dicom_scp.network.association import Association, Ending
from dicom_scp.network.commitment import CommitmentAllowance, CommitmentLedger
from dicom_scp.network.commitment_delivery import CommitmentCourier
from dicom_scp.network.dimse import CommandReader
from dicom_scp.network.negotiation import Negotiation, Negotiations
from dicom_scp.network.pdu import (
    Abort,
    AbortReason,
    AbortSource,
    AssociateRequest,
    PduType,
    encode_abort,
    encode_reject,
)
from dicom_scp.network.store_service import StoreService
from dicom_scp.network.tls import TlsIdentity, subject_digest
from dicom_scp.network.user_information import MalformedPduError
from dicom_scp.network.wire import ConnectionLostError, PeerSilentError, Wire
from dicom_scp.ports import AssociationStore, Overloaded, Peer, Storage
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.association")
ACCEPTANCE_TIMEOUT: Final = 30.0  # ARTIM (PS3.8 9.1.5): until a connection must have asked for an association
LINGER: Final = 2.0  # ARTIM again: until the peer must have read the last PDU
# 128 contexts with every registered transfer syntax take some 250 KB.
MAXIMUM_ASSOCIATE_BYTES: Final = 1 << 20


@dataclass(slots=True)
class DrainLimits:
    """Until when work may go on, on `time.monotonic`; without end until the server is told to stop."""

    new_messages: float = float("inf")
    store: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What every connection of a server shares."""

    configuration: ScpConfiguration
    storage: Storage
    metrics: ScpMetrics
    admission: Admission
    negotiations: Negotiations
    tls: TlsIdentity | None
    courier: CommitmentCourier
    commands: CommandReader = field(default_factory=CommandReader)
    allowance: CommitmentAllowance = field(default_factory=CommitmentAllowance)
    association_numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    drain_limits: DrainLimits = field(default_factory=DrainLimits)


def serve(connection: Connection, services: Services) -> None:
    """Serve one connection in its own thread, to its end. Never raises for what the peer does."""
    wire: Wire | None = None
    try:
        secure = _secure(connection, services)
        if not secure:
            return
        wire = Wire(
            connection.socket, services.configuration.network_timeout
        )  # the admission's patience may end sooner
        if _serve_request(wire, connection, services):
            wire.close(LINGER)
    except (ConnectionLostError, PeerSilentError):
        # A health check, a port scan, a peer that changed its mind: not worth a line in a quiet log.
        LOG.debug("connection_without_association", peer=connection.address)
    except Exception:
        LOG.failure("connection_fault", peer=connection.address)
    finally:
        services.admission.leave(connection)
        services.metrics.associations_open.set(services.admission.open_count)
        if wire is not None:
            wire.close()
        else:
            connection.socket.close()
        connection.association = None  # they know each other: without this the garbage collector has both to find


def _secure(connection: Connection, services: Services) -> bool:
    """Do the TLS handshake, if there is to be one. The admission ends it when it takes too long."""
    if services.tls is None:
        return True
    timeout = min(ACCEPTANCE_TIMEOUT, services.configuration.network_timeout)
    connection.socket.settimeout(timeout)
    try:
        secured = services.tls.server_context.wrap_socket(
            connection.socket, server_side=True, do_handshake_on_connect=False
        )
        connection.socket = secured  # from here on an eviction ends this one
        secured.do_handshake()
    except (ssl.SSLEOFError, ConnectionError, TimeoutError):
        LOG.debug("connection_without_association", peer=connection.address)
        return False
    except OSError:  # every other SSLError too: no certificate, an unknown authority, no TLS at all
        LOG.failure("tls_handshake_failed", peer=connection.address)
        services.metrics.rejections.labels("tls_handshake_failed").inc()
        return False
    return True


def _serve_request(wire: Wire, connection: Connection, services: Services) -> bool:
    """Read what should be an association request and do what it asks; whether the peer should get time to read."""
    kind, length = wire.read_header()
    if kind != PduType.ASSOCIATE_RQ or length > MAXIMUM_ASSOCIATE_BYTES:
        return _abort_unacceptable(wire, connection, services, kind)
    try:
        negotiation = services.negotiations.answer(wire.read(length))
    except MalformedPduError:
        return _abort_unacceptable(wire, connection, services, kind)
    request, rejection = negotiation.request, negotiation.refusal
    if services.admission.draining:
        rejection = Rejection.TEMPORARY_CONGESTION
    elif rejection is None and not services.admission.admit(connection):
        rejection = Rejection.LOCAL_LIMIT_EXCEEDED
    if rejection is not None:
        return _reject(wire, request, rejection, connection, services)
    peer = _peer(request, connection, services)
    try:
        store = services.storage.instances.associate(peer)
    except Overloaded:
        return _reject(wire, request, Rejection.LOCAL_LIMIT_EXCEEDED, connection, services)
    except Exception:
        LOG.failure("store_fault", association=peer.association)
        return _reject(wire, request, Rejection.TEMPORARY_CONGESTION, connection, services)
    return _serve_association(wire, connection, services, peer=peer, store=store, negotiation=negotiation)


def _serve_association(
    wire: Wire,
    connection: Connection,
    services: Services,
    *,
    peer: Peer,
    store: AssociationStore,
    negotiation: Negotiation,
) -> bool:
    configuration, limits = services.configuration, services.drain_limits
    started = time.monotonic()
    stores = StoreService(
        wire=wire,
        store=store,
        peer=peer,
        metrics=services.metrics,
        store_deadline=lambda: min(time.monotonic() + configuration.dimse_timeout, limits.store),
    )
    ledger = CommitmentLedger(services.storage.index, services.allowance)
    association = Association(
        wire=wire,
        acceptance=negotiation.acceptance,
        commands=services.commands,
        stores=stores,
        commitments=ledger,
        maximum_pdu_size=configuration.policy.maximum_pdu_size,
        must_leave=lambda: connection.evicted or time.monotonic() > limits.new_messages,
    )
    connection.association = association
    services.metrics.associations_open.set(services.admission.open_count)
    ending = Ending.CONNECTION_LOST
    try:
        wire.send(negotiation.reply)
        ending = association.run()
    finally:
        store.close()
        services.metrics.associations.labels(ending).inc()
        LOG.info(
            "association_ended",
            association=peer.association,
            calling_ae_title=peer.calling_ae_title,
            called_ae_title=peer.called_ae_title,
            peer=peer.address,
            tls_subject_digest=peer.tls_subject_digest,
            outcome=ending,
            count=stores.instances,
            bytes=stores.bytes,
            seconds=round(time.monotonic() - started, 3),
        )
        wire.close(0.0 if ending is Ending.CONNECTION_LOST else LINGER)
        services.admission.leave(connection)
        services.metrics.associations_open.set(services.admission.open_count)
        services.courier.deliver_all(ledger, peer)
    return False


def _peer(request: AssociateRequest, connection: Connection, services: Services) -> Peer:
    secured = connection.socket
    return Peer(
        calling_ae_title=ae_title(request.calling),
        called_ae_title=ae_title(request.called),
        address=connection.address,
        association=next(services.association_numbers),
        accepted_at=time.time(),
        tls_subject_digest=subject_digest(secured) if isinstance(secured, ssl.SSLSocket) else None,
    )


def _reject(
    wire: Wire, request: AssociateRequest, rejection: Rejection, connection: Connection, services: Services
) -> bool:
    services.admission.dismiss(connection)
    services.metrics.rejections.labels(rejection.name.lower()).inc()
    answer = rejection.value
    LOG.warning(
        "association_rejected",
        calling_ae_title=ae_title(request.calling),
        called_ae_title=ae_title(request.called),
        peer=connection.address,
        result=answer.result,
        source=answer.source,
        reason=answer.reason,
    )
    wire.send(encode_reject(answer))
    return True


def _abort_unacceptable(wire: Wire, connection: Connection, services: Services, kind: int) -> bool:
    """Answer what is no association request: AA-1 of PS3.8 table 9-6 (the user's abort, no reason)."""
    if kind == PduType.ABORT:  # AA-2
        return False
    services.metrics.rejections.labels("not_a_request").inc()
    LOG.warning("association_request_malformed", peer=connection.address)
    wire.send(encode_abort(Abort(AbortSource.SERVICE_USER, AbortReason.NOT_SPECIFIED)))
    return True
