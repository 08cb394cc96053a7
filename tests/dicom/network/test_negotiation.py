"""An answer that is remembered is the one that would be worked out."""

import dataclasses

import pytest

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.network.acceptance import Rejection
from dicom_scp.network.negotiation import Negotiations
from dicom_scp.network.pdu import PDU_HEADER, ProposedContext, encode_associate_request
from dicom_scp.network.user_information import MalformedPduError
from tests.dicom.network.raw_peer import CT, EXPLICIT, request


def body(**changes: object) -> bytes:
    return encode_associate_request(request(**changes))[PDU_HEADER.size :]


def negotiations(**environment: str) -> Negotiations:
    return Negotiations(ScpConfiguration.from_environment(environment).policy)


def test_given_the_same_request_again_then_the_same_answer_without_work() -> None:
    remembering = negotiations()
    first = remembering.answer(body())
    assert remembering.answer(body()) is first
    assert first == negotiations().answer(body())


def test_given_requests_that_differ_in_anything_then_each_has_its_own_answer() -> None:
    remembering = negotiations(REQUIRE_CALLING_AE_TITLE="CT1,CT2")
    bodies = [
        body(calling="CT1"),
        body(calling="CT2"),
        body(calling="CT3"),
        body(calling="CT1", called="OTHER"),
        body(calling="CT1", contexts=(ProposedContext(5, CT, (EXPLICIT,)),)),
        body(calling="CT1", user=dataclasses.replace(request().user, maximum_length=4096)),
    ]
    fresh = [negotiations(REQUIRE_CALLING_AE_TITLE="CT1,CT2").answer(each) for each in bodies]
    for _ in range(2):
        assert [remembering.answer(each) for each in bodies] == fresh
    assert [each.refusal for each in fresh] == [None, None, Rejection.CALLING_AE_TITLE_NOT_RECOGNIZED, None, None, None]


def test_given_what_is_no_request_then_refused_each_time() -> None:
    remembering = negotiations()
    for _ in range(2):
        with pytest.raises(MalformedPduError):
            remembering.answer(body()[:-1])


def test_given_a_very_long_request_then_it_takes_no_memory() -> None:
    remembering = negotiations()
    long = body(contexts=tuple(ProposedContext(2 * n + 1, CT, (EXPLICIT,) * 20) for n in range(100)))
    assert len(long) > 1 << 15
    first = remembering.answer(long)
    assert remembering.answer(long) == first
    assert remembering.answer(long) is not first
