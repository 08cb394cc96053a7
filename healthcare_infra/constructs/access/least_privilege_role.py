"""A role whose permissions live in one managed policy, so that no inline policy remains.

The stock way (``bucket.grant_read(role)``) writes an inline policy, which HIPAA and NIST rules refuse because it is
invisible to whoever reviews policies (IAMNoInlinePolicy).
"""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from healthcare_infra.constructs.access.grants import allow


class LeastPrivilegeRole(Construct):
    """A role for one service.

    Grants go to :attr:`permissions`, the managed policy: ``bucket.grant_read(role.permissions)``. What consumes the
    role gets :attr:`role`, which refuses further inline statements.

    Parameters
    ----------
    service
        The principal that assumes the role, such as ``lambda.amazonaws.com``.
    conditions
        Conditions of the trust policy, such as the source account against a confused deputy.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        description: str,
        conditions: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.permissions = iam.ManagedPolicy(self, "Permissions", description=description)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(service, conditions=dict(conditions) if conditions else None),
            description=description,
            managed_policies=[self.permissions],
        )
        self.role: iam.IRole = self._role.without_policy_updates()

    @property
    def arn(self) -> str:
        return self._role.role_arn

    def allow(
        self,
        *actions: str,
        on: Sequence[str],
        conditions: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """Allow actions on resources, where no grant method of the resource says it."""
        allow(self.permissions, *actions, on=on, conditions=conditions)

    def deny(
        self,
        *actions: str,
        on: Sequence[str],
        conditions: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """Deny actions, whatever another policy allows."""
        self.permissions.add_statements(
            iam.PolicyStatement(
                effect=iam.Effect.DENY, actions=list(actions), resources=list(on), conditions=conditions
            )
        )
