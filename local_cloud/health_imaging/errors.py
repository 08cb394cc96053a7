"""The errors that the service model declares. Messages name fields and limits, never values: those may be PHI."""


class ServiceError(Exception):
    """An error that the caller sees as ``code`` (a shape of the service model)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def validation(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def not_found(what: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"{what} does not exist")


def conflict(message: str) -> ServiceError:
    return ServiceError("ConflictException", message)


def access_denied(message: str) -> ServiceError:
    return ServiceError("AccessDeniedException", message)


def quota_exceeded(message: str) -> ServiceError:
    return ServiceError("ServiceQuotaExceededException", message)


def throttled() -> ServiceError:
    return ServiceError("ThrottlingException", "Rate exceeded")


def internal(message: str = "An unexpected error occurred during processing of the request") -> ServiceError:
    return ServiceError("InternalServerException", message)
