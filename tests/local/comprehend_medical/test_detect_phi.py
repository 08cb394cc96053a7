"""Unmodified boto3 against the local Comprehend Medical."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_comprehendmedical import ComprehendMedicalClient

NOTE = "\U0001f600 Mr. Okonkwo-Reyes (MRN 00482913), a 57-year-old man, was seen by Dr. Anna Nguyen on 03/14/2019."


def test_given_a_note_behind_an_emoji_then_the_offsets_are_code_points(medical: "ComprehendMedicalClient") -> None:
    answer = medical.detect_phi(Text=NOTE)
    found = {entity["Type"]: entity for entity in answer["Entities"] if entity["Type"] != "NAME"}
    names = [entity["Text"] for entity in answer["Entities"] if entity["Type"] == "NAME"]
    assert names == ["Okonkwo-Reyes", "Anna Nguyen"]
    assert {kind: entity["Text"] for kind, entity in found.items()} == {
        "ID": "00482913", "AGE": "57", "DATE": "03/14/2019",
    }  # fmt: skip
    for entity in answer["Entities"]:
        assert NOTE[entity["BeginOffset"] : entity["EndOffset"]] == entity["Text"]
        assert entity["Category"] == "PROTECTED_HEALTH_INFORMATION"
        assert 0 < entity["Score"] <= 1
    assert [entity["Id"] for entity in answer["Entities"]] == list(range(len(answer["Entities"])))


def test_given_a_response_then_it_names_the_version_of_rules_and_models(medical: "ComprehendMedicalClient") -> None:
    answer = medical.detect_phi(Text="No names here.")
    release, _, digest = answer["ModelVersion"].partition("+")
    assert release.count(".") == 2
    assert len(digest) == 12
    assert "UnmappedAttributes" not in answer


def test_given_the_older_operation_then_it_answers_the_phi_subset(medical: "ComprehendMedicalClient") -> None:
    phi, entities = medical.detect_phi(Text=NOTE), medical.detect_entities_v2(Text=NOTE)
    assert [one["Text"] for one in entities["Entities"]] == [one["Text"] for one in phi["Entities"]]
    assert entities["UnmappedAttributes"] == []


@pytest.mark.parametrize("text", ["a" * 20_000, "あ" * 6_666])
def test_given_a_text_of_the_largest_size_then_it_is_read(medical: "ComprehendMedicalClient", text: str) -> None:
    assert medical.detect_phi(Text=text)["ModelVersion"]


@pytest.mark.parametrize("text", ["a" * 20_001, "あ" * 6_667])
def test_given_a_text_above_the_size_in_bytes_then_it_is_refused(medical: "ComprehendMedicalClient", text: str) -> None:
    with pytest.raises(medical.exceptions.TextSizeLimitExceededException) as refused:
        medical.detect_phi(Text=text)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_given_another_operation_then_the_error_is_typed(medical: "ComprehendMedicalClient") -> None:
    with pytest.raises(ClientError) as refused:
        medical.infer_icd10_cm(Text="diabetes")
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"Text": "\\ud83d"}', "InvalidEncodingException"),
        (b'{"Text": "\xff"}', "InvalidEncodingException"),
        (b'{"Text": ""}', "InvalidRequestException"),
        (b'{"Text": 7}', "InvalidRequestException"),
        (b"[]", "InvalidRequestException"),
        (b"{", "InvalidRequestException"),
        (b"[" * 100_000, "InvalidRequestException"),
    ],
)
def test_given_a_request_that_no_sdk_makes_then_it_is_refused_by_name(service: str, body: bytes, code: str) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "ComprehendMedical_20181030.DetectPHI"}
    assert _refusal(urllib.request.Request(service, body, headers)) == (400, code)


def test_given_another_protocol_then_it_is_refused_by_name(service: str) -> None:
    request = urllib.request.Request(service, b"\xa0", {"Content-Type": "application/cbor"})
    assert _refusal(request) == (415, "UnknownOperationException")


def test_given_more_requests_than_the_quota_then_they_are_throttled(
    throttled_client: Callable[..., "ComprehendMedicalClient"],
) -> None:
    medical = throttled_client("--transactions-per-second", "0.5")
    medical.detect_phi(Text="one")
    with pytest.raises(medical.exceptions.TooManyRequestsException) as refused:
        medical.detect_phi(Text="two")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_given_more_characters_than_the_quota_then_they_are_throttled(
    throttled_client: Callable[..., "ComprehendMedicalClient"],
) -> None:
    medical = throttled_client("--characters-per-second", "100")
    medical.detect_phi(Text="a" * 100)
    with pytest.raises(medical.exceptions.TooManyRequestsException):
        medical.detect_phi(Text="a" * 100)


def _refusal(request: urllib.request.Request) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    with refused.value as error:
        return error.code, json.loads(error.read())["__type"]
