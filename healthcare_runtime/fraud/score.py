"""The client of the endpoint that scores an arrival: sends numbers, believes only an answer in the agreed form."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from healthcare_runtime.fraud.faults import FraudScoreContractError, FraudScoreUnavailableError
from healthcare_runtime.fraud.features import FEATURE_NAMES, FeatureVector
from healthcare_runtime.shield import TRANSIENT_CODES, error_code

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

MAXIMUM_REASONS: Final = 5

_LARGEST_ANSWER: Final = 64 * 1024
_VERSION: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
# SageMaker Runtime API reference, InvokeEndpoint, errors that pass.
_PASSING: Final = TRANSIENT_CODES | {"InternalDependencyException", "ModelNotReadyException"}


@dataclass(frozen=True, slots=True)
class FraudScore:
    """What the endpoint says. ``score``: probability, 0 to 1. ``reasons``: features that raised it, strongest first."""

    score: float
    high: bool
    model_version: str
    reasons: tuple[str, ...]

    @property
    def permille(self) -> int:
        return round(1000 * self.score)


class FraudScorer:
    """Asks one endpoint. ``threshold``: from this score on a document is held."""

    def __init__(self, sagemaker_runtime: SageMakerRuntimeClient, endpoint_name: str, threshold: float) -> None:
        self._sagemaker_runtime = sagemaker_runtime
        self._endpoint_name = endpoint_name
        self._threshold = threshold

    def score(self, features: FeatureVector) -> FraudScore:
        """Score one arrival.

        Raises
        ------
        FraudScoreUnavailableError
            Throttled, not ready, broken, or too late.
        FraudScoreContractError
            The endpoint refuses the request, or its answer is not in the agreed form.
        """
        request = json.dumps({"names": FEATURE_NAMES, "instances": [features.values]})
        try:
            answer = self._sagemaker_runtime.invoke_endpoint(
                EndpointName=self._endpoint_name,
                ContentType="application/json",
                Accept="application/json",
                Body=request.encode(),
            )
            content = answer["Body"].read(_LARGEST_ANSWER + 1)
        except ClientError as error:
            raise _translated(error) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            raise FraudScoreUnavailableError(f"InvokeEndpoint: {type(error).__name__}") from None
        return self._read(content)

    def _read(self, content: bytes) -> FraudScore:
        if len(content) > _LARGEST_ANSWER:
            raise FraudScoreContractError(f"answer: must be at most {_LARGEST_ANSWER} bytes")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            raise FraudScoreContractError("answer: must be JSON") from None
        match answer:
            case {"model_version": str() as version, "predictions": [{"score": score, "reasons": list() as reasons}]}:
                pass
            case _:
                raise FraudScoreContractError("answer: must hold model_version and one prediction")
        if (
            isinstance(score, bool)
            or not isinstance(score, int | float)
            or not math.isfinite(score)
            or not 0 <= score <= 1
        ):
            raise FraudScoreContractError("predictions[0].score: must be a number from 0 to 1")
        if _VERSION.fullmatch(version) is None:
            raise FraudScoreContractError("model_version: must be a version")
        known = tuple(reason for reason in reasons[:MAXIMUM_REASONS] if reason in FEATURE_NAMES)
        return FraudScore(float(score), score >= self._threshold, version, known)


def _translated(error: ClientError) -> Exception:
    code = error_code(error)
    original: Mapping[str, object] = error.response  # with the members of ModelError
    status = original.get("OriginalStatusCode")
    # ModelError: the container's own status. One that fails may be better next time; one that refuses will not.
    if code in _PASSING or (code == "ModelError" and isinstance(status, int) and status >= 500):
        return FraudScoreUnavailableError(f"InvokeEndpoint answered {code}")
    return FraudScoreContractError(f"InvokeEndpoint answered {code}")
