"""The DICOM service is replaced, scaled and watched as seed 002 describes it."""

import json
import re
from typing import Any

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import load_stage
from healthcare_infra.repository import REPOSITORY
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric
from healthcare_runtime.contracts.stack_outputs import StackOutput
from tests.infra.templates import Resources, only


class TestService:
    def test_a_bad_deployment_rolls_back_and_nobody_can_open_a_shell(self, production: Resources) -> None:
        service = only(production, "AWS::ECS::Service")
        assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert service["DeploymentConfiguration"]["MinimumHealthyPercent"] == 100
        assert service["EnableExecuteCommand"] is False
        assert "DesiredCount" not in service

    def test_tasks_have_no_public_address_and_live_in_the_application_tier(self, production: Resources) -> None:
        network = only(production, "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == "DISABLED"
        assert len(network["Subnets"]) == 3
        assert all("applicationSubnet" in json.dumps(subnet) for subnet in network["Subnets"])
        assert "DicomService" in json.dumps(network["SecurityGroups"])

    def test_it_scales_on_half_the_cpu_with_a_minute_between_steps(self, production: Resources) -> None:
        policy = only(production, "AWS::ApplicationAutoScaling::ScalingPolicy")
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        assert tracking["TargetValue"] == 50
        assert tracking["ScaleInCooldown"] == tracking["ScaleOutCooldown"] == 60
        target = only(production, "AWS::ApplicationAutoScaling::ScalableTarget")
        config = load_stage("production").dicom
        assert (target["MinCapacity"], target["MaxCapacity"]) == (config.minimum_tasks, config.maximum_tasks)

    def test_refused_instances_unready_and_missing_tasks_raise_alarms_that_say_what_to_do(
        self, production: Resources
    ) -> None:
        alarms = {
            body["Properties"]["MetricName"]: body["Properties"]
            for body in production.values()
            if body["Type"] == "AWS::CloudWatch::Alarm"
        }
        assert alarms.keys() == {
            "RunningTaskCount",
            "HealthyHostCount",
            "UnHealthyHostCount",
            ImagingMetric.INSTANCES_REFUSED,
        }
        for name in ("RunningTaskCount", "HealthyHostCount"):
            assert alarms[name]["TreatMissingData"] == "breaching"
        for alarm in alarms.values():
            assert len(alarm["AlarmDescription"]) > 60
            assert "AlertsTopic" in json.dumps(alarm["AlarmActions"])

    def test_the_filter_counts_the_event_that_the_scp_logs(self, production: Resources) -> None:
        log_filter = only(production, "AWS::Logs::MetricFilter")
        (metric,) = log_filter["MetricTransformations"]
        assert (metric["MetricNamespace"], metric["MetricName"]) == (IMAGING_NAMESPACE, ImagingMetric.INSTANCES_REFUSED)
        event = re.fullmatch(r'\{ \$\.event = "(\w+)" \}', log_filter["FilterPattern"])
        assert event
        source = (REPOSITORY / "dicom_scp" / "network" / "store_service.py").read_text()
        assert f'"{event[1]}"' in source


def test_the_outputs_are_those_that_operators_and_the_local_cloud_read(synthesis: Synthesis) -> None:
    outputs: Any = synthesis.of_stage("local")["dicom-ingest"].template["Outputs"]
    assert {
        StackOutput.DICOM_ENDPOINT,
        StackOutput.DICOM_PORT,
        StackOutput.DICOM_AE_TITLE,
        StackOutput.DICOM_CLUSTER_NAME,
        StackOutput.DICOM_SERVICE_NAME,
    } <= outputs.keys()
