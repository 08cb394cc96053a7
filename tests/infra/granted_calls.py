"""What deployed policies answer to the calls that code makes."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from tests.infra.observed_calls import Needed
from tests.infra.policies import Permission
from tests.infra.resolved_template import Resolver


def granted(permissions: Iterable[Permission], resolver: Resolver) -> list[Needed]:
    """What they allow: patterns of resources, deployed names in place of references."""
    return [Needed(each.action, resolver.text(each.resource_value)) for each in permissions if each.effect == "Allow"]


def refused(calls: Iterable[Needed], allowed: Iterable[Needed]) -> set[Needed]:
    """The calls that none of the patterns covers."""
    patterns = list(allowed)
    return {
        call
        for call in calls
        if not any(call.action == each.action and fnmatchcase(call.resource, each.resource) for each in patterns)
    }
