"""Resource types that are only recorded: ``Ref`` and ``Fn::GetAtt`` answer, and nothing else happens."""

from typing import Any, NamedTuple

from ministack.services.cloudformation import provisioners

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import Properties, Provisioned, ResourceType, arn, register, resource_id, text
from local_cloud.emulator.settings import EmulatorSettings
from local_cloud.recorded import Register

PATCHES = PatchSet("recorded-only resource types")
METRIC_MATH_ALARM = "AWS::CloudWatch::Alarm (metric math)"


class _Kind(NamedTuple):
    """How a recorded resource names itself: the property that holds its name, and the form of its ARN."""

    name_property: str = ""
    arn_service: str = ""
    arn_resource: str = "{id}"


_KINDS: dict[str, _Kind] = {
    "AWS::AccessAnalyzer::Analyzer": _Kind("AnalyzerName", "access-analyzer", "analyzer/{id}"),
    "AWS::ApplicationAutoScaling::ScalableTarget": _Kind("", "application-autoscaling", "scalable-target/{id}"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": _Kind("", "autoscaling", "scalingPolicy:{id}"),
    "AWS::Backup::BackupSelection": _Kind("", "backup", "selection/{id}"),
    "AWS::Budgets::Budget": _Kind("", "budgets", "budget/{id}"),
    "AWS::CloudTrail::Trail": _Kind("TrailName", "cloudtrail", "trail/{id}"),
    "AWS::CloudWatch::AnomalyDetector": _Kind("", "cloudwatch", "anomaly-detector:{id}"),
    "AWS::CloudWatch::CompositeAlarm": _Kind("AlarmName", "cloudwatch", "alarm:{id}"),
    "AWS::Config::ConfigRule": _Kind("ConfigRuleName", "config", "config-rule/{id}"),
    "AWS::Config::ConfigurationRecorder": _Kind("Name", "config", "configuration-recorder/{id}"),
    "AWS::Config::ConformancePack": _Kind("ConformancePackName", "config", "conformance-pack/{id}"),
    "AWS::Config::DeliveryChannel": _Kind("Name", "config", "delivery-channel/{id}"),
    "AWS::ECS::ClusterCapacityProviderAssociations": _Kind("Cluster", "ecs", "cluster/{id}"),
    "AWS::GuardDuty::Detector": _Kind("", "guardduty", "detector/{id}"),
    "AWS::GuardDuty::MalwareProtectionPlan": _Kind("", "guardduty", "malware-protection-plan/{id}"),
    "AWS::Logs::QueryDefinition": _Kind("", "logs", "query-definition:{id}"),
    "AWS::Macie::Session": _Kind("", "macie2", "session/{id}"),
    "AWS::SageMaker::Endpoint": _Kind("EndpointName", "sagemaker", "endpoint/{id}"),
    "AWS::SageMaker::EndpointConfig": _Kind("EndpointConfigName", "sagemaker", "endpoint-config/{id}"),
    "AWS::SageMaker::FeatureGroup": _Kind("FeatureGroupName", "sagemaker", "feature-group/{id}"),
    "AWS::SageMaker::Model": _Kind("ModelName", "sagemaker", "model/{id}"),
    "AWS::SageMaker::ModelPackageGroup": _Kind("ModelPackageGroupName", "sagemaker", "model-package-group/{id}"),
    "AWS::SageMaker::Pipeline": _Kind("PipelineName", "sagemaker", "pipeline/{id}"),
    "AWS::SecretsManager::ResourcePolicy": _Kind("", "secretsmanager", "policy:{id}"),
    "AWS::SecretsManager::RotationSchedule": _Kind("", "secretsmanager", "rotation:{id}"),
    "AWS::SecurityHub::Hub": _Kind("", "securityhub", "hub/{id}"),
    "AWS::SSM::Document": _Kind("Name", "ssm", "document/{id}"),
    "AWS::WAFv2::LoggingConfiguration": _Kind("", "wafv2", "logging/{id}"),
    "AWS::WAFv2::WebACLAssociation": _Kind("", "wafv2", "association/{id}"),
    "AWS::XRay::Group": _Kind("GroupName", "xray", "group/{id}"),
}


class RecordedType(ResourceType):
    """A type of which only the properties' existence is noted."""

    def __init__(self, name: str, kind: _Kind, recorded: Register) -> None:
        self.name = name
        self._kind = kind
        self._recorded = recorded

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        physical_id = text(properties, self._kind.name_property) or resource_id(f"{stack}-{logical_id}")
        return self._note(physical_id, logical_id, stack, properties)

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        return self._note(physical_id, logical_id, stack, new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._recorded.remove(physical_id)

    def _note(self, physical_id: str, logical_id: str, stack: str, properties: Properties) -> Provisioned:
        self._recorded.add(physical_id, self.name, stack, logical_id)
        resource_arn = arn(self._kind.arn_service, self._kind.arn_resource.format(id=physical_id))
        attributes: dict[str, object] = {"Arn": resource_arn, "Id": physical_id}
        if self._kind.name_property:
            attributes[self._kind.name_property] = physical_id
        return Provisioned(physical_id, attributes)


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    recorded = Register(settings.recorded_file)
    register(RecordedType(name, kind, recorded) for name, kind in _KINDS.items())
    _record_metric_math(recorded)


def _record_metric_math(recorded: Register) -> None:
    """An alarm on an expression: ministack evaluates single metrics only and fails the stack; here it is recorded."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]
    alarm = RecordedType(METRIC_MATH_ALARM, _Kind("AlarmName", "cloudwatch", "alarm:{id}"), recorded)

    def create(logical_id: str, properties: Properties, stack: str) -> Any:
        kind = alarm.create if "Metrics" in properties else handler["create"]
        return kind(logical_id, properties, stack)

    def update(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Any:
        if "Metrics" in old and "Metrics" in new:
            return alarm.update(physical_id, old, new, stack, logical_id)
        if "Metrics" in old or "Metrics" in new:
            delete(physical_id, old)
            return create(logical_id, new, stack)
        return handler["update"](physical_id, old, new, stack, logical_id)

    def delete(physical_id: str, properties: Properties) -> None:
        kind = alarm.delete if physical_id in recorded else handler["delete"]
        kind(physical_id, properties)

    provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }
