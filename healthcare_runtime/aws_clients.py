"""The one place where AWS clients are built.

``AWS_ENDPOINT_URL`` and the variables of single services are honoured by boto3 itself, so the same code runs on AWS
and against the local cloud. Clients are made on first use: a function loads the models of the services it calls only.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

import boto3
from botocore.config import Config

from healthcare_runtime.call_times import LONGEST_FUNCTION, CallTimes, FunctionLimits

if TYPE_CHECKING:
    from mypy_boto3_comprehendmedical import ComprehendMedicalClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_medical_imaging import HealthImagingClient
    from mypy_boto3_rds import RDSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

CONNECTIONS: Final = 32
"""Size of a client's connection pool: the most threads that may share it without waiting."""

# A throttled start must come back to the governor, which counts starts, and not be repeated behind it.
_ONE_ATTEMPT: Final = 1
# A serverless endpoint that starts needs long for its first answer; asking again while it does helps nobody.
_TWO_ATTEMPTS: Final = 2


class AwsClients:
    """Clients of one session, typed, shared by all code of a function.

    Parameters
    ----------
    time_limit
        Seconds that the function has; every client gives a call up before.
    """

    def __init__(self, session: boto3.session.Session | None = None, *, time_limit: float = LONGEST_FUNCTION) -> None:
        self._session = session or boto3.session.Session()
        self._time_limit = time_limit

    @classmethod
    def of_function(cls) -> Self:
        """The clients of a function, which is told its own time limit."""
        return cls(time_limit=FunctionLimits.from_environment().seconds)

    def _config(self, *, attempts: int | None = None) -> Config:
        return CallTimes.within(self._time_limit, attempts=attempts).config(connections=CONNECTIONS)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self._session.client("dynamodb", config=self._config())

    @cached_property
    def s3(self) -> S3Client:
        return self._session.client("s3", config=self._config())

    @cached_property
    def sqs(self) -> SQSClient:
        return self._session.client("sqs", config=self._config())

    @cached_property
    def stepfunctions(self) -> SFNClient:
        return self._session.client("stepfunctions", config=self._config())

    @cached_property
    def medical_imaging(self) -> HealthImagingClient:
        return self._session.client("medical-imaging", config=self._config(attempts=_ONE_ATTEMPT))

    @cached_property
    def kms(self) -> KMSClient:
        return self._session.client("kms", config=self._config())

    @cached_property
    def sns(self) -> SNSClient:
        return self._session.client("sns", config=self._config())

    @cached_property
    def comprehend_medical(self) -> ComprehendMedicalClient:
        return self._session.client("comprehendmedical", config=self._config())

    @cached_property
    def sagemaker_runtime(self) -> SageMakerRuntimeClient:
        return self._session.client("sagemaker-runtime", config=self._config(attempts=_TWO_ATTEMPTS))

    @cached_property
    def rds(self) -> RDSClient:
        """Signs log-in tokens of databases; calls nothing."""
        return self._session.client("rds", config=self._config())

    @cached_property
    def secretsmanager(self) -> SecretsManagerClient:
        return self._session.client("secretsmanager", config=self._config())
