"""The DICOM service of production, and of stages with mutual TLS and with TLS at the balancer."""

import pytest

from healthcare_infra.assembly import Synthesis, synthesise
from tests.infra.dicom.ingest_templates import CERTIFICATE, SECRET, with_dicom
from tests.infra.templates import Resources, stack_resources


@pytest.fixture(scope="session")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """Stages with what none of them has by default; a finding of the rule packs would fail this synthesis."""
    return synthesise(
        [
            with_dicom(
                "staging",
                mutual_tls_secret_arn=SECRET,
                calling_ae_titles=("CT1", "MR1"),
                client_cidrs=("10.20.0.0/16",),
                storage_commitment_peers=("PACS=10.20.0.5:104", "VNA=10.20.0.6:11113"),
                supported_sop_class_uids=("1.2.840.10008.5.1.4.1.1.2",),
            ),
            with_dicom(
                "production", tls_certificate_arn=CERTIFICATE, internet_facing=True, client_cidrs=("203.0.113.0/24",)
            ),
        ],
        tmp_path_factory.mktemp("variants"),
    )


@pytest.fixture(scope="session")
def production(synthesis: Synthesis) -> Resources:
    return stack_resources(synthesis, "production", "dicom-ingest")


@pytest.fixture(scope="session")
def mutual_tls(variants: Synthesis) -> Resources:
    return stack_resources(variants, "staging", "dicom-ingest")


@pytest.fixture(scope="session")
def balancer_tls(variants: Synthesis) -> Resources:
    return stack_resources(variants, "production", "dicom-ingest")
