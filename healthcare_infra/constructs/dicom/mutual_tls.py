"""Mutual TLS in process: the secret's PEM texts become files before the SCP starts (PS3.15 B.12; 164.312(e)(1))."""

from typing import Final

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.dicom.image import ScpImage
from healthcare_runtime.contracts.dicom_scp import ScpVariable

DIRECTORY: Final = "/run/tls"  # the Dockerfile's
VOLUME: Final = "tls"
# Variable of dicom_scp.tls_material -> field of the secret.
SECRET_FIELDS: Final = {
    "TLS_CERTIFICATE": "certificate",
    "TLS_PRIVATE_KEY": "privateKey",
    "TLS_CLIENT_CA": "clientCa",
}
# Variable of the SCP -> file that dicom_scp.tls_material writes.
FILES: Final = {
    ScpVariable.TLS_CERT_FILE: "certificate.pem",
    ScpVariable.TLS_KEY_FILE: "private-key.pem",
    ScpVariable.TLS_CA_FILE: "client-ca.pem",
}


class MutualTls(Construct):
    """A container that runs first, writes the files into a volume of the task, and ends.

    A new certificate is taken by a new task: ``aws ecs update-service --force-new-deployment``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        secret_arn: str,
        image: ScpImage,
        task: ecs.FargateTaskDefinition,
        scp: ecs.ContainerDefinition,
        execution: LeastPrivilegeRole,
        key: kms.IKey,
        logging: ecs.LogDriver,
    ) -> None:
        super().__init__(scope, construct_id)
        secret = secretsmanager.Secret.from_secret_complete_arn(self, "Material", secret_arn)
        execution.allow("secretsmanager:GetSecretValue", on=[secret_arn])
        key.grant_decrypt(execution.permissions)

        task.add_volume(name=VOLUME)
        linux = ecs.LinuxParameters(self, "Linux", init_process_enabled=True)
        linux.drop_capabilities(ecs.Capability.ALL)
        writer = task.add_container(
            "TlsMaterial",
            image=ecs.ContainerImage.from_docker_image_asset(image),
            command=["python", "-m", "dicom_scp.tls_material", DIRECTORY],
            essential=False,
            user="10001:10001",
            readonly_root_filesystem=True,
            linux_parameters=linux,
            logging=logging,
            secrets={
                variable: ecs.Secret.from_secrets_manager(secret, field) for variable, field in SECRET_FIELDS.items()
            },
        )
        writer.add_mount_points(ecs.MountPoint(container_path=DIRECTORY, source_volume=VOLUME, read_only=False))
        scp.add_mount_points(ecs.MountPoint(container_path=DIRECTORY, source_volume=VOLUME, read_only=True))
        scp.add_container_dependencies(
            ecs.ContainerDependency(container=writer, condition=ecs.ContainerDependencyCondition.SUCCESS)
        )
        for variable, name in FILES.items():
            scp.add_environment(variable, f"{DIRECTORY}/{name}")
