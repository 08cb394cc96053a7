"""Which associations and contexts are accepted: the decisions alone, and as a rejected peer sees them."""

import pytest
from pydicom._uid_dict import UID_dictionary

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.identity import IMPLEMENTATION_CLASS_UID
from dicom_scp.network.acceptance import accept, ae_title
from dicom_scp.network.pdu import ProposedContext, encode_associate_request
from dicom_scp.network.user_information import AsynchronousWindow, RoleSelection, UserInformation
from dicom_scp.sop_classes import is_storage
from dicom_scp.transfer_syntaxes import ENCODINGS
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.raw_peer import CT, EXPLICIT, IMPLICIT, RawPeer, request

COMMITMENT = "1.2.840.10008.1.20.1"


def results(*contexts: ProposedContext, **environment: str) -> list[tuple[int, str]]:
    policy = ScpConfiguration.from_environment(environment).policy
    reply = accept(request(contexts=contexts), policy).reply
    return [(context.result, context.transfer_syntax) for context in reply.contexts]


@pytest.mark.parametrize(
    ("environment", "changes", "answer"),
    [
        pytest.param({"REQUIRE_CALLED_AE_TITLE": "true"}, {"called": "OTHER"}, (1, 1, 7), id="called"),
        pytest.param({"REQUIRE_CALLING_AE_TITLE": "CT1, MR1"}, {"calling": "CT2"}, (1, 1, 3), id="calling"),
        pytest.param({}, {"calling": ""}, (1, 1, 3), id="calling is empty"),
        pytest.param({}, {"calling": "A\\B"}, (1, 1, 3), id="calling has a backslash"),
        pytest.param({}, {"calling": "A\nB"}, (1, 1, 3), id="calling has a control character"),
        pytest.param({}, {"application_context": "1.2.3"}, (1, 1, 2), id="application context"),
        pytest.param({}, {"protocol_version": 2}, (1, 2, 2), id="protocol version"),
    ],
)
def test_given_a_policy_that_the_request_fails_then_rejected_with_result_source_reason(
    start_server: StartServer, environment: dict[str, str], changes: dict[str, object], answer: tuple[int, int, int]
) -> None:
    server = start_server(**environment)
    with RawPeer(server.port) as peer:
        peer.send(encode_associate_request(request(**changes)))
        kind, body = peer.pdu()
        assert (kind, *body) == (3, 0, *answer)
        assert peer.closed()
    assert server.store.peers == []


def test_given_a_policy_that_the_request_meets_then_accepted_with_padding_ignored(start_server: StartServer) -> None:
    server = start_server(AE_TITLE="ARCHIVE", REQUIRE_CALLED_AE_TITLE="true", REQUIRE_CALLING_AE_TITLE="CT1,MR1")
    with RawPeer(server.port) as peer:
        accepted = peer.associate(called="  ARCHIVE", calling="MR1\0")
        assert accepted.called == "  ARCHIVE".ljust(16)  # returned as received, PS3.8 9.3.3
    (peer_seen,) = server.store.peers
    assert (peer_seen.calling_ae_title, peer_seen.called_ae_title, peer_seen.address) == ("MR1", "ARCHIVE", "127.0.0.1")


def test_given_as_many_associations_as_allowed_then_the_next_is_rejected_as_transient_until_one_ends(
    start_server: StartServer,
) -> None:
    server = start_server(MAXIMUM_ASSOCIATIONS="2")
    with RawPeer(server.port) as first, RawPeer(server.port) as second:
        first.associate()
        second.associate()
        with RawPeer(server.port) as third:
            third.send(encode_associate_request(request()))
            assert third.pdu() == (3, bytes((0, 2, 3, 2)))
        second.send(b"\5\0\0\0\0\4\0\0\0\0")
        assert second.pdu()[0] == 6
        second.socket.close()
        for _ in range(100):
            with RawPeer(server.port) as fourth:
                fourth.send(encode_associate_request(request()))
                if fourth.pdu()[0] == 2:
                    return
    pytest.fail("no association was accepted after one had ended")


def test_given_a_store_that_is_overloaded_then_rejected_as_transient(start_server: StartServer) -> None:
    server = start_server(MemoryStore(overloaded=True))
    with RawPeer(server.port) as peer:
        peer.send(encode_associate_request(request()))
        assert peer.pdu() == (3, bytes((0, 2, 3, 2)))
    assert server.server.open_associations == 0


def test_given_every_sop_class_of_the_standard_then_storage_and_only_storage_is_taken() -> None:
    """PS3.6 annex A, as pydicom lists it. Two retired entries have lost their names."""
    not_stored_over_the_network = {"1.2.840.10008.1.3.10", "1.2.840.10008.1.20.1", "1.2.840.10008.1.20.2"}
    nameless = {"1.2.840.10008.5.1.4.1.1.12.77", "1.2.840.10008.5.1.4.1.1.40"}
    for uid, (name, kind, *_) in UID_dictionary.items():
        if "SOP Class" in kind:
            expected = ("Storage" in name and uid not in not_stored_over_the_network) or uid in nameless
            assert is_storage(uid) == expected, (uid, name)


@pytest.mark.parametrize(
    ("abstract_syntax", "taken"),
    [
        ("1.3.12.2.1107.5.9.1", True),  # Siemens CSA non-image storage
        ("2.25.1", True),
        ("1.2.840.10008.5.1.4.1.1.2/..", False),
        ("../1.2.3", False),
        ("", False),
        ("1" * 65, False),
        ("1.2.840.10008.9.9.9", False),
    ],
)
def test_given_private_or_malformed_abstract_syntaxes_then_only_uids_are_taken(
    abstract_syntax: str, taken: bool
) -> None:
    ((result, _),) = results(ProposedContext(1, abstract_syntax, (IMPLICIT,)))
    assert result == (0 if taken else 3)


def test_given_every_transfer_syntax_of_data_sets_then_it_is_accepted_and_no_other() -> None:
    for uid, (_, kind, *_) in UID_dictionary.items():
        if kind == "Transfer Syntax" and uid in ENCODINGS:
            assert results(ProposedContext(1, CT, (uid,))) == [(0, uid)]
    assert results(ProposedContext(1, CT, ("1.2.3.4",))) == [(4, IMPLICIT)]
    assert results(ProposedContext(1, CT, ())) == [(4, IMPLICIT)]


def test_given_several_transfer_syntaxes_then_the_senders_first_that_is_supported() -> None:
    jpeg = "1.2.840.10008.1.2.4.70"
    assert results(ProposedContext(1, CT, ("1.2.3", jpeg, EXPLICIT))) == [(0, jpeg)]
    assert results(
        ProposedContext(1, CT, (jpeg, EXPLICIT)), SUPPORTED_TRANSFER_SYNTAX_UIDS=f"{EXPLICIT},{IMPLICIT}"
    ) == [(0, EXPLICIT)]


def test_given_an_allow_list_of_sop_classes_then_others_are_refused_but_the_services_stay() -> None:
    mr = "1.2.840.10008.5.1.4.1.1.4"
    answers = results(
        ProposedContext(1, CT, (IMPLICIT,)),
        ProposedContext(3, mr, (IMPLICIT,)),
        ProposedContext(5, "1.2.840.10008.1.1", (IMPLICIT,)),
        ProposedContext(7, COMMITMENT, (IMPLICIT,)),
        SUPPORTED_SOP_CLASS_UIDS=CT,
    )
    assert [result for result, _ in answers] == [0, 3, 0, 0]


def test_given_a_service_context_in_a_compressed_syntax_then_refused() -> None:
    assert results(ProposedContext(1, COMMITMENT, ("1.2.840.10008.1.2.1.99",))) == [(4, IMPLICIT)]


@pytest.mark.parametrize(("proposed", "granted"), [((0, 0), (8, 1)), ((3, 5), (3, 1)), ((100, 1), (8, 1))])
def test_given_an_asynchronous_window_then_it_is_answered_within_limits(
    proposed: tuple[int, int], granted: tuple[int, int]
) -> None:
    policy = ScpConfiguration.from_environment({}).policy
    user = UserInformation(0, "1.2", window=AsynchronousWindow(*proposed))
    assert accept(request(user=user), policy).reply.user.window == AsynchronousWindow(*granted)
    assert accept(request(), policy).reply.user.window is None


def test_given_role_proposals_then_scu_is_granted_and_scp_never() -> None:
    policy = ScpConfiguration.from_environment({}).policy
    user = UserInformation(
        roles=(RoleSelection(COMMITMENT, scu=True, scp=True), RoleSelection("1.2.840.10008.9", True, True))
    )
    reply = accept(request(user=user), policy).reply
    assert reply.user.roles == (RoleSelection(COMMITMENT, scu=True, scp=False),)
    assert reply.user.implementation_class_uid == IMPLEMENTATION_CLASS_UID


@pytest.mark.parametrize(
    ("field", "shown"),
    [(" CT1 \0", "CT1"), ("A\\B", "A?B"), ("A\x1b[31m", "A?[31m"), ("\xe9\n", "??"), ("A" * 99, "A" * 16)],
)
def test_given_an_ae_title_from_a_stranger_then_it_is_safe_to_log(field: str, shown: str) -> None:
    assert ae_title(field) == shown
