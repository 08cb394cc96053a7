"""The errors that the service model declares, with their statuses. Messages never quote the text: it is PHI."""

from dataclasses import dataclass
from typing import Final

TARGET_PREFIX: Final = "ComprehendMedical_20181030."
MAXIMUM_BYTES: Final = 20_000  # docs: "20,000 bytes"; botocore does not enforce it


@dataclass(frozen=True, slots=True)
class ServiceError(Exception):
    """An error that the caller sees as ``code`` (a shape of the service model)."""

    code: str
    message: str
    status: int = 400


def invalid_request(message: str) -> ServiceError:
    return ServiceError("InvalidRequestException", message)


def invalid_encoding() -> ServiceError:
    return ServiceError("InvalidEncodingException", "Text: must be encoded in UTF-8")


def too_large(size: int) -> ServiceError:
    message = f"Input text size exceeds limit. Max length of request text allowed is {MAXIMUM_BYTES} bytes, got {size}"
    return ServiceError("TextSizeLimitExceededException", message)


def too_many_requests() -> ServiceError:
    return ServiceError("TooManyRequestsException", "Rate exceeded", 429)


def unknown_operation() -> ServiceError:
    message = "The local Comprehend Medical answers DetectPHI and DetectEntitiesV2 only"
    return ServiceError("UnknownOperationException", message)


def unknown_protocol() -> ServiceError:
    message = "The local Comprehend Medical speaks application/x-amz-json-1.1 only"
    return ServiceError("UnknownOperationException", message, 415)


def internal() -> ServiceError:
    return ServiceError("InternalServerException", "An unexpected error occurred", 500)
