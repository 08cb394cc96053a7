"""Aurora PostgreSQL for consent records: no password in use, no plain connection, no patient in its log."""

from typing import Final

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge, acknowledge_template_rule
from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.database.monitoring_role import MonitoringRole
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from healthcare_infra.exports import KeyExports, NetworkExports
from healthcare_runtime.contracts.consent import ConsentVariable

ENGINE: Final = "aurora-postgresql"
ENGINE_VERSION: Final = "17.7"
FAMILY: Final = "aurora-postgresql17"
DATABASE: Final = "consent"
MASTER_USER: Final = "platform_admin"

# Parameters of the cluster. A statement's text and a row's values are PHI: neither reaches the log.
PARAMETERS: Final = {
    "rds.force_ssl": "1",  # 164.312(e)(1)
    "ssl_min_protocol_version": "TLSv1.2",
    "log_connections": "1",
    "log_disconnections": "1",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",  # no DETAIL: it quotes the row that broke a constraint
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "idle_in_transaction_session_timeout": "60000",  # a function that was killed holds no lock
}


class ConsentDatabase(Construct):
    """One Serverless v2 cluster in the isolated data subnets.

    RDS itself keeps and rotates the master password; only the schema migration reads it. Everybody else signs in
    with a token that IAM gives for 15 minutes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, network: NetworkExports, keys: KeyExports
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._keys = keys
        identifier = config.stack_name("consent")
        # RDS would make the group itself: without a key, and for ever.
        log_group = EncryptedLogGroup(
            self,
            "Logs",
            config=config,
            key=keys.logs,
            log_group_name=f"/aws/rds/cluster/{identifier}/postgresql",
        )
        self.cluster = self._make_cluster(identifier, network)
        self.cluster.node.add_dependency(log_group)
        monitoring = MonitoringRole(self, "Monitoring")
        zones = config.availability_zones
        self.instances = [
            self._make_instance("Writer" if number == 0 else f"Reader{number}", monitoring, zones[number % len(zones)])
            for number in range(1 + config.database.readers)
        ]

    @property
    def host(self) -> str:
        return self.cluster.attr_endpoint_address

    @property
    def port(self) -> str:
        return self.cluster.attr_endpoint_port

    @property
    def identifier(self) -> str:
        return self.cluster.ref

    @property
    def admin_secret_arn(self) -> str:
        return self.cluster.attr_master_user_secret_secret_arn

    def environment(self, user: str) -> dict[str, str]:
        """What a function is told that connects as ``user``."""
        return {
            ConsentVariable.CONSENT_DB_HOST: self.host,
            ConsentVariable.CONSENT_DB_PORT: self.port,
            ConsentVariable.CONSENT_DB_NAME: DATABASE,
            ConsentVariable.CONSENT_DB_USER: user,
            ConsentVariable.CONSENT_DB_AUTHENTICATION: self._config.database.authentication,
        }

    def allow_connect(self, permissions: iam.ManagedPolicy, user: str) -> None:
        """Let a function sign in as one database user, in its own stack's policy."""
        # The ARN names the cluster by its resource id, which no other cluster ever gets again.
        arn = Stack.of(permissions).format_arn(
            service="rds-db",
            resource="dbuser",
            resource_name=f"{self.cluster.attr_db_cluster_resource_id}/{user}",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        permissions.add_statements(iam.PolicyStatement(actions=["rds-db:connect"], resources=[arn]))

    def _make_cluster(self, identifier: str, network: NetworkExports) -> rds.CfnDBCluster:
        limits = self._config.database
        destroyable = self._config.retention.destroy_with_stack
        subnets = rds.CfnDBSubnetGroup(
            self,
            "Subnets",
            db_subnet_group_description="The isolated data subnets",
            subnet_ids=network.vpc.select_subnets(subnet_group_name=network.data.subnet_group_name).subnet_ids,
        )
        parameters = rds.CfnDBClusterParameterGroup(
            self,
            "Parameters",
            description="TLS only; nothing of a statement in the log",
            family=FAMILY,
            parameters=PARAMETERS,
        )
        cluster = rds.CfnDBCluster(
            self,
            "Cluster",
            db_cluster_identifier=identifier,
            engine=ENGINE,
            engine_version=ENGINE_VERSION,
            database_name=DATABASE,
            master_username=MASTER_USER,
            manage_master_user_password=True,
            master_user_secret=rds.CfnDBCluster.MasterUserSecretProperty(kms_key_id=self._keys.secrets.key_arn),
            enable_iam_database_authentication=True,
            storage_encrypted=True,
            kms_key_id=self._keys.documents.key_arn,
            db_subnet_group_name=subnets.ref,
            db_cluster_parameter_group_name=parameters.ref,
            vpc_security_group_ids=[network.security_groups.data.security_group_id],
            serverless_v2_scaling_configuration=rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty(
                min_capacity=limits.minimum_capacity,
                max_capacity=limits.maximum_capacity,
                seconds_until_auto_pause=limits.pause_after_minutes * 60 if limits.minimum_capacity == 0 else None,
            ),
            backup_retention_period=limits.backup_days,
            copy_tags_to_snapshot=True,
            deletion_protection=not destroyable,
            enable_cloudwatch_logs_exports=["postgresql"],
            auto_minor_version_upgrade=True,
            preferred_backup_window="07:00-07:30",
            preferred_maintenance_window="sun:08:00-sun:08:30",
        )
        # Where data is real, deleting the stack is refused by the protection; a last snapshot remains either way.
        cluster.apply_removal_policy(self._config.retention.removal_policy)
        if destroyable:
            acknowledge(
                cluster,
                "RDSInstanceDeletionProtectionEnabled",
                "The stage holds synthetic people only and is deleted as a whole; where data is real it is protected.",
            )
        return cluster

    def _make_instance(self, construct_id: str, monitoring: MonitoringRole, zone: str) -> rds.CfnDBInstance:
        instance = rds.CfnDBInstance(
            self,
            construct_id,
            db_cluster_identifier=self.cluster.ref,
            db_instance_class="db.serverless",
            engine=ENGINE,
            availability_zone=zone,
            publicly_accessible=False,
            auto_minor_version_upgrade=True,
            enable_performance_insights=True,
            performance_insights_kms_key_id=self._keys.documents.key_arn,
            monitoring_interval=self._config.database.enhanced_monitoring_seconds,
            monitoring_role_arn=monitoring.arn,
            promotion_tier=1,
        )
        # An instance holds nothing: the storage is the cluster's.
        instance.apply_removal_policy(self._config.retention.removal_policy)
        acknowledge_template_rule(
            instance, "W3010", "Zones are configuration: left to itself a reader could share the writer's zone."
        )
        acknowledge(
            instance,
            "RDSInBackupPlan",
            f"Aurora's own continuous backups restore to any second of {self._config.database.backup_days} days,"
            " deletion protection is on wherever data is real, and consent versions are append-only.",
        )
        return instance
