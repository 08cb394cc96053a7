"""The environment of the SCP's container: the whole of its configuration."""

from typing import Final

from healthcare_infra.config import DicomConfig
from healthcare_infra.exports import ImagingExports, LakeExports
from healthcare_runtime.contracts.dicom_scp import ScpVariable

ALL_INTERFACES: Final = "0.0.0.0"  # noqa: S104 - of the task's own network interface, behind its security group


def scp_environment(dicom: DicomConfig, *, lake: LakeExports, imaging: ImagingExports) -> dict[str, str]:
    """Every variable that the SCP reads, but for the files of mutual TLS; lists are comma-separated, empty is any."""
    return {
        ScpVariable.DICOM_BUCKET: lake.dicom.bucket_name,
        ScpVariable.INSTANCE_TABLE: imaging.instance_table.table_name,
        ScpVariable.SCP_HOST: ALL_INTERFACES,
        ScpVariable.SCP_PORT: str(dicom.port),
        ScpVariable.SCP_PROCESSES: str(dicom.processes),
        ScpVariable.HEALTH_PORT: str(dicom.health_port),
        ScpVariable.AE_TITLE: dicom.ae_title,
        ScpVariable.REQUIRE_CALLED_AE_TITLE: "true" if dicom.require_called_ae_title else "false",
        ScpVariable.REQUIRE_CALLING_AE_TITLE: ",".join(dicom.calling_ae_titles),
        ScpVariable.MAXIMUM_PDU_SIZE: str(dicom.maximum_pdu_size),
        ScpVariable.MAXIMUM_ASSOCIATIONS: str(dicom.maximum_associations),
        ScpVariable.MEMORY_BUDGET_MIB: str(dicom.memory_budget_mib),
        ScpVariable.NETWORK_TIMEOUT: str(dicom.network_timeout_seconds),
        ScpVariable.DIMSE_TIMEOUT: str(dicom.dimse_timeout_seconds),
        ScpVariable.STOP_TIMEOUT: str(dicom.stop_timeout_seconds),
        ScpVariable.SUPPORTED_SOP_CLASS_UIDS: ",".join(dicom.supported_sop_class_uids),
        ScpVariable.STORAGE_COMMITMENT_PEERS: ",".join(dicom.storage_commitment_peers),
        ScpVariable.LOG_LEVEL: dicom.log_level,
    }
