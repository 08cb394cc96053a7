"""The PDU codec against pynetdicom's, an independent one, and against bytes that are no PDU."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pynetdicom import pdu as reference
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    AsynchronousOperationsWindowNegotiation,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
    SCP_SCU_RoleSelectionNegotiation,
)
from pynetdicom.presentation import PresentationContext

from dicom_scp.network.dimse import Element, MalformedCommandError, decode_command, encode_command, p_data
from dicom_scp.network.pdu import (
    Abort,
    AnsweredContext,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    ProposedContext,
    decode_associate_accept,
    decode_associate_request,
    encode_abort,
    encode_associate_accept,
    encode_associate_request,
    encode_reject,
)
from dicom_scp.network.user_information import (
    AsynchronousWindow,
    MalformedPduError,
    RoleSelection,
    UserInformation,
)

HEADER = 6

uids = st.from_regex(r"[12]\.[1-9][0-9]{0,8}(\.[1-9][0-9]{0,8}){1,4}", fullmatch=True)
titles = st.text(st.sampled_from("ABCXYZabc019 _-"), min_size=1, max_size=16).filter(lambda text: text.strip() == text)
context_ids = st.integers(0, 127).map(lambda number: 2 * number + 1)
roles = st.sampled_from([(True, False), (False, True), (True, True)])
users = st.builds(
    UserInformation,
    maximum_length=st.integers(0, 2**32 - 1),
    implementation_class_uid=uids,
    implementation_version_name=titles,
    window=st.none() | st.builds(AsynchronousWindow, st.integers(0, 65535), st.integers(0, 65535)),
    roles=st.lists(
        st.builds(lambda uid, role: RoleSelection(uid, *role), uids, roles),
        max_size=3,
        unique_by=lambda r: r.sop_class_uid,
    ).map(tuple),
)
requests = st.builds(
    AssociateRequest,
    called=titles.map(lambda title: title.ljust(16)),
    calling=titles.map(lambda title: title.ljust(16)),
    contexts=st.lists(
        st.builds(ProposedContext, context_ids, uids, st.lists(uids, min_size=1, max_size=4, unique=True).map(tuple)),
        min_size=1,
        max_size=8,
        unique_by=lambda context: context.context_id,
    ).map(tuple),
    user=users,
)
accepts = st.builds(
    AssociateAccept,
    called=titles.map(lambda title: title.ljust(16)),
    calling=titles.map(lambda title: title.ljust(16)),
    contexts=st.lists(st.builds(AnsweredContext, context_ids, st.integers(0, 4), uids), min_size=1, max_size=8).map(
        tuple
    ),
    user=users,
)


@given(requests)
def test_given_any_request_when_pynetdicom_reads_it_then_it_understands_the_same(request: AssociateRequest) -> None:
    decoded = reference.A_ASSOCIATE_RQ()
    decoded.decode(encode_associate_request(request))

    primitive = decoded.to_primitive()
    assert primitive.calling_ae_title == request.calling.strip()
    assert primitive.called_ae_title == request.called.strip()
    assert primitive.application_context_name == request.application_context
    assert [
        (context.context_id, str(context.abstract_syntax), tuple(map(str, context.transfer_syntax)))
        for context in primitive.presentation_context_definition_list
    ] == [(c.context_id, c.abstract_syntax, c.transfer_syntaxes) for c in request.contexts]
    assert user_of(primitive) == request.user


@given(requests)
def test_given_any_request_that_pynetdicom_writes_then_it_is_read_the_same(request: AssociateRequest) -> None:
    primitive = primitive_of(request)
    primitive.presentation_context_definition_list = [_proposed(context) for context in request.contexts]
    encoded = reference.A_ASSOCIATE_RQ(primitive).encode()

    assert decode_associate_request(encoded[HEADER:]) == request


@given(accepts)
def test_given_any_answer_when_pynetdicom_reads_it_then_it_understands_the_same(accept: AssociateAccept) -> None:
    decoded = reference.A_ASSOCIATE_AC()
    decoded.decode(encode_associate_accept(accept))

    primitive = decoded.to_primitive()
    assert [
        (context.context_id, context.result, str(context.transfer_syntax[0]))
        for context in primitive.presentation_context_definition_results_list
    ] == [(c.context_id, c.result, c.transfer_syntax) for c in accept.contexts]
    assert user_of(primitive) == accept.user
    assert decode_associate_accept(encode_associate_accept(accept)[HEADER:]) == accept


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_given_a_rejection_or_an_abort_when_pynetdicom_reads_it_then_it_understands_the_same(
    result: int, source: int, reason: int
) -> None:
    rejected = reference.A_ASSOCIATE_RJ()
    rejected.decode(encode_reject(AssociateReject(result, source, reason)))
    assert (rejected.result, rejected.source, rejected.reason_diagnostic) == (result, source, reason)
    aborted = reference.A_ABORT_RQ()
    aborted.decode(encode_abort(Abort(source, reason)))
    assert (aborted.source, aborted.reason_diagnostic) == (source, reason)


@given(requests, st.data())
def test_given_a_damaged_request_then_it_is_refused_or_read_and_nothing_else(
    request: AssociateRequest, data: st.DataObject
) -> None:
    body = bytearray(encode_associate_request(request)[HEADER:])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    del body[data.draw(st.integers(0, len(body))) :]
    try:
        decode_associate_request(bytes(body))
    except MalformedPduError as error:
        assert "PS3" in str(error)  # noqa: PT017 - the other outcome is no error at all


@given(st.binary(max_size=300))
def test_given_any_bytes_as_command_then_they_are_refused_or_read_and_nothing_else(body: bytes) -> None:
    try:
        decode_command(body)
    except MalformedCommandError as error:
        assert "PS3.7" in str(error)  # noqa: PT017


@given(
    message_id=st.integers(0, 65535),
    sop_class=uids,
    sop_instance=uids,
    comment=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=64),
)
def test_given_any_command_when_pydicom_reads_it_then_it_understands_the_same(
    message_id: int, sop_class: str, sop_instance: str, comment: str
) -> None:
    from io import BytesIO

    from pydicom.filereader import read_dataset

    encoded = encode_command(
        {
            Element.COMMAND_FIELD: 0x8001,
            Element.MESSAGE_ID_BEING_RESPONDED_TO: message_id,
            Element.COMMAND_DATA_SET_TYPE: 0x0101,
            Element.STATUS: 0xA700,
            Element.ERROR_COMMENT: comment,
            Element.AFFECTED_SOP_CLASS_UID: sop_class,
            Element.AFFECTED_SOP_INSTANCE_UID: sop_instance,
        }
    )
    decoded = read_dataset(BytesIO(encoded), is_implicit_VR=True, is_little_endian=True)
    assert decoded.CommandGroupLength == len(encoded) - 12
    assert decoded.MessageIDBeingRespondedTo == message_id
    assert decoded.AffectedSOPClassUID == sop_class
    assert decoded.AffectedSOPInstanceUID == sop_instance
    assert decoded.Status == 0xA700
    assert str(decoded.ErrorComment or "").strip(" ") == comment.strip(" ") or "\\" in comment
    assert decode_command(encoded).affected_sop_instance_uid == sop_instance


@settings(max_examples=50)
@given(st.binary(min_size=0, max_size=400), st.integers(0, 64), st.booleans())
def test_given_any_maximum_length_then_fragments_obey_it_and_join_to_the_message(
    body: bytes, maximum_length: int, is_command: bool
) -> None:
    stream = p_data(5, body, is_command=is_command, maximum_length=maximum_length)
    joined, controls = b"", []
    while stream:
        length = int.from_bytes(stream[2:6])
        assert stream[0] == 4
        assert maximum_length == 0 or length <= max(maximum_length, 7)
        assert int.from_bytes(stream[6:10]) == length - 4
        assert stream[10] == 5
        controls.append(stream[11])
        joined += stream[12 : 6 + length]
        stream = stream[6 + length :]
    assert joined == body
    assert [control & 2 for control in controls] == [0] * (len(controls) - 1) + [2]
    assert {control & 1 for control in controls} == {int(is_command)}


def _proposed(context: ProposedContext) -> PresentationContext:
    proposed = PresentationContext()
    proposed.context_id = context.context_id
    proposed.abstract_syntax = context.abstract_syntax
    proposed.transfer_syntax = list(context.transfer_syntaxes)
    return proposed


def primitive_of(request: AssociateRequest) -> A_ASSOCIATE:
    """Express our request in pynetdicom's terms."""
    primitive = A_ASSOCIATE()
    primitive.application_context_name = request.application_context
    primitive.calling_ae_title = request.calling.strip()
    primitive.called_ae_title = request.called.strip()
    maximum_length = MaximumLengthNotification()
    maximum_length.maximum_length_received = request.user.maximum_length
    implementation = ImplementationClassUIDNotification()
    implementation.implementation_class_uid = request.user.implementation_class_uid
    items = [maximum_length, implementation]
    if request.user.window is not None:
        window = AsynchronousOperationsWindowNegotiation()
        window.maximum_number_operations_invoked = request.user.window.invoked
        window.maximum_number_operations_performed = request.user.window.performed
        items.append(window)
    for role in request.user.roles:
        selection = SCP_SCU_RoleSelectionNegotiation()
        selection.sop_class_uid = role.sop_class_uid
        selection.scu_role = role.scu
        selection.scp_role = role.scp
        items.append(selection)
    version = ImplementationVersionNameNotification()
    version.implementation_version_name = request.user.implementation_version_name
    items.append(version)
    primitive.user_information = items
    return primitive


def user_of(primitive: A_ASSOCIATE) -> UserInformation:
    """Read pynetdicom's user information in our terms."""
    maximum_length, implementation, version = 0, "", ""
    window: AsynchronousWindow | None = None
    roles: list[RoleSelection] = []
    for item in primitive.user_information:
        if isinstance(item, MaximumLengthNotification):
            maximum_length = item.maximum_length_received
        elif isinstance(item, ImplementationClassUIDNotification):
            implementation = str(item.implementation_class_uid)
        elif isinstance(item, ImplementationVersionNameNotification):
            version = item.implementation_version_name
        elif isinstance(item, AsynchronousOperationsWindowNegotiation):
            window = AsynchronousWindow(
                item.maximum_number_operations_invoked, item.maximum_number_operations_performed
            )
        elif isinstance(item, SCP_SCU_RoleSelectionNegotiation):
            roles.append(RoleSelection(str(item.sop_class_uid), scu=item.scu_role, scp=item.scp_role))
    return UserInformation(maximum_length, implementation, version, window, tuple(roles))
