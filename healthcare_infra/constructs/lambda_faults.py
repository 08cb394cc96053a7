"""What Step Functions reports when the Lambda service, and not a function, failed: worth another try every time."""

from typing import Final

LAMBDA_FAULTS: Final = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",  # the function's reserved concurrency is in use
)
