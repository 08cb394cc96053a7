"""Whether an association is accepted, and with which presentation contexts: pure decisions over a decoded request.

AE titles name machines; they authenticate nobody. Who must be sure uses TLS with client certificates (`TLS_CA_FILE`).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from dicom_scp.configuration import AcceptancePolicy
from dicom_scp.identity import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from dicom_scp.network.pdu import (
    APPLICATION_CONTEXT_NAME,
    PROTOCOL_VERSION,
    AnsweredContext,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    ContextResult,
    ProposedContext,
)
from dicom_scp.network.user_information import AsynchronousWindow, RoleSelection, UserInformation
from dicom_scp.sop_classes import STORAGE_COMMITMENT_PUSH_MODEL, VERIFICATION, is_storage
from dicom_scp.transfer_syntaxes import (
    ENCODINGS,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)

# Operations are performed in the order in which they come, so a wider window costs nothing: what is not yet read
# waits in the socket. It saves the sender a round trip for each instance.
ASYNCHRONOUS_WINDOW: Final = 8
_NATIVE: Final = frozenset({IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN})
_TITLE: Final = re.compile(r"[\x20-\x5b\x5d-\x7e]{1,16}")


class Rejection(Enum):
    """Why an association is rejected: result, source and reason of PS3.8 9.3.4."""

    APPLICATION_CONTEXT_NOT_SUPPORTED = AssociateReject(1, 1, 2)
    CALLING_AE_TITLE_NOT_RECOGNIZED = AssociateReject(1, 1, 3)
    CALLED_AE_TITLE_NOT_RECOGNIZED = AssociateReject(1, 1, 7)
    PROTOCOL_VERSION_NOT_SUPPORTED = AssociateReject(1, 2, 2)
    TEMPORARY_CONGESTION = AssociateReject(2, 3, 1)  # this server is draining; another one will take it
    LOCAL_LIMIT_EXCEEDED = AssociateReject(2, 3, 2)  # too many associations, or memory is full


@dataclass(frozen=True, slots=True)
class AcceptedContext:
    """A presentation context that messages may use."""

    context_id: int
    abstract_syntax: str
    transfer_syntax: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an accepted association agreed on."""

    reply: AssociateAccept
    contexts: dict[int, AcceptedContext]
    peer_maximum_length: int  # of PDUs sent to the peer; 0: unlimited


def ae_title(field: str) -> str:
    """An AE title without its padding, safe to log: what cannot stand in one is shown as ``?`` (PS3.5 6.2, AE)."""
    title = field.strip("\0 ")
    return title if _TITLE.fullmatch(title) else "".join(c if _TITLE.fullmatch(c) else "?" for c in title[:16])


def refusal(request: AssociateRequest, policy: AcceptancePolicy) -> Rejection | None:
    """Why this request cannot be accepted whatever its contexts; None if it can."""
    if not request.protocol_version & PROTOCOL_VERSION:
        return Rejection.PROTOCOL_VERSION_NOT_SUPPORTED
    if request.application_context != APPLICATION_CONTEXT_NAME:
        return Rejection.APPLICATION_CONTEXT_NOT_SUPPORTED
    if policy.require_called and request.called.strip("\0 ") != policy.ae_title:
        return Rejection.CALLED_AE_TITLE_NOT_RECOGNIZED
    calling = request.calling.strip("\0 ")
    if not _TITLE.fullmatch(calling) or (policy.calling and calling not in policy.calling):
        return Rejection.CALLING_AE_TITLE_NOT_RECOGNIZED
    return None


def accept(request: AssociateRequest, policy: AcceptancePolicy) -> Acceptance:
    """Answer every presentation context; the association stands even if all are refused (PS3.8 9.3.3.2)."""
    contexts: dict[int, AcceptedContext] = {}
    answers: list[AnsweredContext] = []
    for proposed in request.contexts:
        answer = _answer(proposed, policy)
        answers.append(answer)
        if answer.result == ContextResult.ACCEPTED:
            contexts[proposed.context_id] = AcceptedContext(
                proposed.context_id, proposed.abstract_syntax, answer.transfer_syntax
            )
    user = UserInformation(
        maximum_length=policy.maximum_pdu_size,
        implementation_class_uid=IMPLEMENTATION_CLASS_UID,
        implementation_version_name=IMPLEMENTATION_VERSION_NAME,
        window=_window(request.user.window),
        roles=tuple(_grant(role) for role in request.user.roles if _serves(role.sop_class_uid, policy)),
    )
    reply = AssociateAccept(request.called, request.calling, tuple(answers), user)
    return Acceptance(reply, contexts, request.user.maximum_length)


def _answer(proposed: ProposedContext, policy: AcceptancePolicy) -> AnsweredContext:
    if not _serves(proposed.abstract_syntax, policy):
        return AnsweredContext(proposed.context_id, ContextResult.ABSTRACT_SYNTAX_NOT_SUPPORTED, IMPLICIT_LITTLE_ENDIAN)
    if proposed.abstract_syntax in (VERIFICATION, STORAGE_COMMITMENT_PUSH_MODEL):
        taken: Collection[str] = _NATIVE
    else:
        taken = policy.transfer_syntaxes or ENCODINGS
    for syntax in proposed.transfer_syntaxes:  # the sender's order is its preference; nothing is transcoded here
        if syntax in taken:
            return AnsweredContext(proposed.context_id, ContextResult.ACCEPTED, syntax)
    return AnsweredContext(proposed.context_id, ContextResult.TRANSFER_SYNTAXES_NOT_SUPPORTED, IMPLICIT_LITTLE_ENDIAN)


def _serves(abstract_syntax: str, policy: AcceptancePolicy) -> bool:
    if abstract_syntax in (VERIFICATION, STORAGE_COMMITMENT_PUSH_MODEL):
        return True
    return is_storage(abstract_syntax) and (not policy.sop_classes or abstract_syntax in policy.sop_classes)


def _grant(role: RoleSelection) -> RoleSelection:
    """Our side is always the SCP: the requestor may be SCU, never SCP (PS3.7 D.3.3.4)."""
    return RoleSelection(role.sop_class_uid, scu=role.scu, scp=False)


def _window(proposed: AsynchronousWindow | None) -> AsynchronousWindow | None:
    """Answered only when proposed; this side never has more than one notification outstanding (PS3.7 D.3.3.3)."""
    if proposed is None:
        return None
    invoked = proposed.invoked or ASYNCHRONOUS_WINDOW  # 0 proposes no limit
    return AsynchronousWindow(min(invoked, ASYNCHRONOUS_WINDOW), 1)
