"""The environment: defaults of the contract, and one line that names the variable and the mend for every bad value."""

from pathlib import Path

import pytest

from dicom_scp.configuration import ConfigurationError, RemoteAe, ScpConfiguration
from healthcare_runtime.contracts.dicom_scp import ScpVariable


def test_given_an_empty_environment_then_the_defaults_of_the_contract() -> None:
    configuration = ScpConfiguration.from_environment({})
    assert configuration.port == 11112
    assert configuration.health_port is None
    assert configuration.policy.ae_title == "STORESCP"
    assert not configuration.policy.require_called
    assert configuration.policy.calling == frozenset()
    assert configuration.policy.sop_classes == frozenset()
    assert configuration.maximum_associations == 300
    assert (configuration.network_timeout, configuration.dimse_timeout) == (90, 60)
    assert configuration.stop_timeout == 110
    assert configuration.storage.bucket is None
    assert configuration.tls is None
    assert configuration.log_level == "INFO"


def test_given_empty_values_then_they_count_as_unset() -> None:
    assert ScpConfiguration.from_environment(dict.fromkeys(ScpVariable, "")) == ScpConfiguration.from_environment({})


def test_given_values_then_they_are_read() -> None:
    configuration = ScpConfiguration.from_environment(
        {
            "DICOM_BUCKET": "dicom-bucket",
            "INSTANCE_TABLE": "Instances",
            "MEMORY_BUDGET_MIB": "64",
            "REQUIRE_CALLED_AE_TITLE": "TRUE",
            "REQUIRE_CALLING_AE_TITLE": "CT 1, MR1 ,",
            "SUPPORTED_SOP_CLASS_UIDS": "1.2.3, 1.2.4",
            "STORAGE_COMMITMENT_PEERS": "PACS=10.0.0.5:104, V6=[::1]:11112",
            "MAXIMUM_PDU_SIZE": "0",
            "NETWORK_TIMEOUT": "0.5",
            "LOG_LEVEL": "debug",
            "ECS_AGENT_URI": "http://169.254.170.2/api/x",
        }
    )
    assert configuration.storage.bucket == "dicom-bucket"
    assert configuration.storage.memory_budget_bytes == 64 << 20
    assert configuration.policy.require_called
    assert configuration.policy.calling == {"CT 1", "MR1"}
    assert configuration.policy.sop_classes == {"1.2.3", "1.2.4"}
    assert configuration.commitment_peers == {"PACS": RemoteAe("10.0.0.5", 104), "V6": RemoteAe("::1", 11112)}
    assert configuration.policy.maximum_pdu_size == 0
    assert configuration.network_timeout == 0.5
    assert configuration.log_level == "DEBUG"
    assert configuration.task_agent_uri == "http://169.254.170.2/api/x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCP_PORT", "dicom"),
        ("SCP_PORT", "65536"),
        ("SCP_PORT", "-1"),
        ("SCP_PORT", "1e3"),
        ("SCP_PORT", "١"),
        ("SCP_HOST", "a b"),
        ("HEALTH_PORT", "x"),
        ("AE_TITLE", "SEVENTEEN-LETTERS"),
        ("AE_TITLE", "A\\B"),
        ("AE_TITLE", "   "),
        ("REQUIRE_CALLED_AE_TITLE", "yes"),
        ("REQUIRE_CALLING_AE_TITLE", "CT1,SEVENTEEN-LETTERS"),
        ("MAXIMUM_PDU_SIZE", "12"),
        ("MAXIMUM_PDU_SIZE", "999999999"),
        ("MAXIMUM_ASSOCIATIONS", "0"),
        ("MEMORY_BUDGET_MIB", "1"),
        ("NETWORK_TIMEOUT", "0"),
        ("NETWORK_TIMEOUT", "nan"),
        ("NETWORK_TIMEOUT", "inf"),
        ("DIMSE_TIMEOUT", "-1"),
        ("STOP_TIMEOUT", "1e99"),
        ("SUPPORTED_SOP_CLASS_UIDS", "1.2.3;1.2.4"),
        ("SUPPORTED_TRANSFER_SYNTAX_UIDS", "1.2.3"),
        ("STORAGE_COMMITMENT_PEERS", "PACS"),
        ("STORAGE_COMMITMENT_PEERS", "PACS=host:0"),
        ("STORAGE_COMMITMENT_PEERS", "=host:104"),
        ("DICOM_BUCKET", "Upper_Case"),
        ("INSTANCE_TABLE", "a/b"),
        ("TLS_CERT_FILE", "missing.pem"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_given_a_value_that_cannot_work_then_one_line_names_it_and_the_mend(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ScpConfiguration.from_environment({name: value})
    text = str(caught.value)
    assert text.startswith(f"{name}={value}: must be ")
    assert "\n" not in text


def test_given_a_value_with_line_breaks_then_still_one_line() -> None:
    with pytest.raises(ConfigurationError) as caught:
        ScpConfiguration.from_environment({"AE_TITLE": "A\nB\x1b[0m"})
    assert str(caught.value).startswith("AE_TITLE=A?B?[0m: must be ")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("TLS_CERT_FILE",), "TLS_KEY_FILE"),
        (("TLS_KEY_FILE",), "TLS_CERT_FILE"),
        (("TLS_CA_FILE",), "TLS_CERT_FILE"),
    ],
)
def test_given_half_of_the_tls_files_then_the_missing_one_is_named(
    tmp_path: Path, given: tuple[str, ...], named: str
) -> None:
    file = tmp_path / "some.pem"
    file.touch()
    with pytest.raises(ConfigurationError, match=f"^{named}=: must be set"):
        ScpConfiguration.from_environment(dict.fromkeys(given, str(file)))
