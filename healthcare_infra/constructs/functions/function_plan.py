"""What one function is, apart from what it works on."""

from dataclasses import dataclass

from healthcare_infra.constructs.functions.function_package import FunctionPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionPlan:
    """What a function does and how large it is.

    Attributes
    ----------
    module
        The module that defines ``handler``, such as ``lambdas.imaging_import.start_import_job``.
    does
        Its description.
    package
        An image, where the function imports more than boto3 and the standard library.
    seconds
        Its timeout; the function is told it too, so that its clients give up before it is cut off.
    concurrency
        The most copies that run at once, reserved for this function.
    """

    module: str
    does: str
    package: FunctionPackage = FunctionPackage.SOURCES
    seconds: int = 60
    memory_mib: int = 512
    concurrency: int = 5
