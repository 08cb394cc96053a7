"""What the stage calls right, the SCP takes: a mistake ends synthesis, never a task that has just been deployed."""

from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_dynamodb, aws_healthimaging, aws_s3
from hypothesis import given
from hypothesis import strategies as st

from dicom_scp.configuration import ScpConfiguration
from healthcare_infra.config import ConfigError, DicomConfig
from healthcare_infra.config.dicom import FARGATE_MEMORY
from healthcare_infra.constructs.dicom.scp_environment import scp_environment
from healthcare_infra.exports import ImagingExports, LakeExports

TEXTS = st.lists(st.text(max_size=17), max_size=2).map(tuple)
UIDS = st.lists(st.text("0123456789.a ,", max_size=66), max_size=2).map(tuple)
PEERS = st.builds("{}={}:{}".format, st.text(max_size=17), st.text(max_size=8), st.integers(0, 70_000))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ae_title": st.text(max_size=17),
    "calling_ae_titles": TEXTS,
    "supported_sop_class_uids": UIDS,
    "storage_commitment_peers": st.lists(PEERS, max_size=2).map(tuple),
    "maximum_pdu_size": st.integers(-1, 1 << 32),
    "maximum_associations": st.integers(-1, 1 << 20),
    "memory_budget_mib": st.integers(-1, 1 << 12),
    "network_timeout_seconds": st.integers(-1, 1 << 20),
    "dimse_timeout_seconds": st.integers(-1, 1 << 20),
    "stop_timeout_seconds": st.integers(-1, 200),
    "log_level": st.sampled_from(["DEBUG", "WARNING", "TRACE", "", "info"]),
}


@cache
def named_resources() -> tuple[LakeExports, ImagingExports]:
    stack = Stack(App(), "Names")
    bucket = aws_s3.Bucket.from_bucket_name(stack, "Bucket", "instances")
    table = aws_dynamodb.Table.from_table_name(stack, "Table", "instances")
    datastore = aws_healthimaging.CfnDatastore(stack, "Datastore")
    return (
        LakeExports(**{each.name: bucket for each in fields(LakeExports)}),
        ImagingExports(datastore=datastore, instance_table=table, job_table=table),
    )


ONE_VALUE = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))


@given(ONE_VALUE)
def test_whatever_the_stage_accepts_the_scp_accepts(changed: tuple[str, Any]) -> None:
    name, value = changed
    blamed, dicom = None, DicomConfig()
    try:
        dicom = DicomConfig(**{name: value})
    except ConfigError as error:
        blamed = str(error).partition("=")[0]
    assert blamed in {None, f"dicom.{name}"}
    lake, imaging = named_resources()
    read = ScpConfiguration.from_environment(scp_environment(dicom, lake=lake, imaging=imaging))
    assert read.policy.calling == set(dicom.calling_ae_titles)
    assert read.policy.sop_classes == set(dicom.supported_sop_class_uids)
    assert read.commitment_peers.keys() == {peer.partition("=")[0] for peer in dicom.storage_commitment_peers}


@pytest.mark.parametrize(
    ("cpu", "processes"), [(256, 1), (512, 1), (1024, 1), (2048, 2), (4096, 4), (8192, 8), (16384, 16)]
)
def test_given_any_size_of_a_task_then_a_process_for_each_vcpu_with_memory_enough(cpu: int, processes: int) -> None:
    memory = FARGATE_MEMORY[cpu].start
    least = max(64, 16 * processes)
    dicom = DicomConfig(task_cpu=cpu, task_memory_mib=memory, memory_budget_mib=least)
    lake, imaging = named_resources()
    read = ScpConfiguration.from_environment(scp_environment(dicom, lake=lake, imaging=imaging))
    assert read.processes == processes
    with pytest.raises(ConfigError, match=rf"dicom.memory_budget_mib={least - 1}: must be"):
        DicomConfig(task_cpu=cpu, task_memory_mib=memory, memory_budget_mib=least - 1)
