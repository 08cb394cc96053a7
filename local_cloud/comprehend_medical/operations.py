"""What the service answers: the operation of a request, checked as AWS checks it, and its response."""

import json

from local_cloud.comprehend_medical import errors
from local_cloud.comprehend_medical.throttle import Throttle
from phi_detector import Detector
from phi_detector.comprehend import DetectPhiResponse, detect_phi_response


class DetectEntitiesResponse(DetectPhiResponse):
    """The PHI subset: conditions, medications and tests are not found here, and nothing is left unmapped."""

    UnmappedAttributes: list[str]


class Operations:
    """DetectPHI and DetectEntitiesV2 over one detector; safe for many threads."""

    def __init__(self, detector: Detector, throttle: Throttle) -> None:
        self._detector = detector
        self._throttle = throttle

    def call(self, target: str, body: bytes) -> DetectPhiResponse | DetectEntitiesResponse:
        """Answer one request; ``target`` is the header ``X-Amz-Target``.

        Raises
        ------
        errors.ServiceError
            Another operation, a text that is empty, too large or no UTF-8, or a quota that is used up.
        """
        operation = target.removeprefix(errors.TARGET_PREFIX)
        if operation not in {"DetectPHI", "DetectEntitiesV2"}:
            raise errors.unknown_operation()
        text = _text(body)
        if not self._throttle.take(len(text)):
            raise errors.too_many_requests()
        response = detect_phi_response(text, self._detector.detect(text).entities, self._detector.version)
        if operation == "DetectEntitiesV2":
            return {**response, "UnmappedAttributes": []}
        return response


def _text(body: bytes) -> str:
    try:
        request = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise errors.invalid_encoding() from None
    except (ValueError, RecursionError):
        raise errors.invalid_request("The body: must be JSON") from None
    text = request.get("Text") if isinstance(request, dict) else None
    if not isinstance(text, str) or not text:
        raise errors.invalid_request("Text: must be a string of at least one character")
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:  # half of a surrogate pair
        raise errors.invalid_encoding() from None
    if size > errors.MAXIMUM_BYTES:
        raise errors.too_large(size)
    return text
