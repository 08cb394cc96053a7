"""What a region can do. The lists are the services' own documentation: no endpoint data file has HealthImaging."""

from enum import StrEnum
from typing import Final

from healthcare_infra.config.checks import ConfigError


class Capability(StrEnum):
    """A regional service that the platform cannot replace."""

    HEALTH_IMAGING = "AWS HealthImaging"
    COMPREHEND_MEDICAL = "Amazon Comprehend Medical"


_REGIONS: Final[dict[Capability, frozenset[str]]] = {
    # docs.aws.amazon.com/general/latest/gr/healthimaging.html, read 2026-11
    Capability.HEALTH_IMAGING: frozenset({"us-east-1", "us-west-2", "ap-southeast-2", "eu-west-1", "eu-west-2"}),
    # docs.aws.amazon.com/general/latest/gr/comprehend-med.html, and botocore's endpoints; read 2026-11
    Capability.COMPREHEND_MEDICAL: frozenset(
        {"us-east-1", "us-east-2", "us-west-2", "ca-central-1", "ap-southeast-2", "eu-west-1", "eu-west-2"}
    ),
}


def require_capabilities(region: str, capabilities: frozenset[Capability]) -> None:
    """Refuse a region that lacks what the stage needs.

    Raises
    ------
    ConfigError
        Names the region, the missing service and the regions that have it.
    """
    for capability in sorted(capabilities):
        offered = _REGIONS[capability]
        if region not in offered:
            raise ConfigError(
                f"region={region!r}: has no {capability}; must be one of {', '.join(sorted(offered))}"
                " (set it with -c region=...)"
            )
