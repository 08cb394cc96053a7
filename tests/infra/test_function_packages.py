"""What each function is packed with is all that it imports, and images install what was tested here."""

import importlib.metadata
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from healthcare_infra.assembly import Synthesis
from healthcare_infra.repository import REPOSITORY
from healthcare_runtime.consent.settings import DEFAULT_CA_FILE
from local_cloud.images.dockerfile import parse
from local_cloud.images.store import ImageStore
from tests.infra.packaged_imports import needed
from tests.infra.templates import own

DOCKERFILES: Final = {"light": "lambdas/Dockerfile", "detector": "phi_detector/Dockerfile"}
REQUIREMENTS: Final = {
    "light": ("lambdas/image-requirements.txt", "lambdas/requirements.txt"),
    "detector": ("lambdas/image-requirements.txt", "lambdas/requirements.txt", "phi_detector/requirements.txt"),
}
# Comes with Lambda's Python runtime.
BUILT_IN: Final = frozenset({"boto3", "botocore"})
# Distribution -> what one imports, where the names differ.
IMPORTED_AS: Final = {
    "psycopg-binary": "psycopg_binary",
    "python-dateutil": "dateutil",
    "sudachidict-core": "sudachidict_core",
    "typing-extensions": "typing_extensions",
}
ROOTS: Final = REPOSITORY / "lambdas/rds-ca/root-certificates.pem"
# Of AWS HealthImaging: no stage can be elsewhere (healthcare_infra/config/regions.py).
REGIONS: Final = ("us-east-1", "us-west-2", "ap-southeast-2", "eu-west-1", "eu-west-2")
PIN: Final = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z,]+\])?==(?P<version>[^ \\]+)", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    found = PIN.finditer((REPOSITORY / file).read_text())
    return {match["name"].lower().replace("_", "-"): match["version"] for match in found}


def modules(synthesis: Synthesis, package: str) -> set[str]:
    """The modules of the functions that production packs in one way."""
    found = set()
    for function in own(synthesis, "AWS::Lambda::Function"):
        if function.stage != "production":
            continue
        properties = function.properties
        handler = properties["Handler"] if "Handler" in properties else properties["ImageConfig"]["Command"][0]
        if package == package_of(handler, image="ImageConfig" in properties):
            found.add(handler.removesuffix(".handler"))
    return found


def package_of(handler: str, *, image: bool) -> str:
    if not image:
        return "sources"
    source = REPOSITORY / f"{handler.removesuffix('.handler').replace('.', '/')}.py"
    return "detector" if "from phi_detector" in source.read_text() else "light"


def test_a_function_of_the_sources_imports_nothing_that_lambda_does_not_have(synthesis: Synthesis) -> None:
    packed = modules(synthesis, "sources")
    assert "lambdas.phi_pipeline.intake" in packed
    missing = {
        f"{module}: {name} (by {importer})"
        for module in packed
        for name, importer in needed(module).third_party.items()
        if name not in BUILT_IN
    }
    assert sorted(missing) == []


@pytest.mark.parametrize("image", DOCKERFILES)
def test_an_image_installs_all_that_its_functions_import(synthesis: Synthesis, image: str) -> None:
    packed = modules(synthesis, image)
    assert packed
    installed = {IMPORTED_AS.get(name, name.replace("-", "_")) for file in REQUIREMENTS[image] for name in pins(file)}
    missing = {
        f"{module}: {name} (by {importer})"
        for module in packed
        for name, importer in needed(module).third_party.items()
        if name not in installed
    }
    assert sorted(missing) == []


@pytest.mark.parametrize("file", sorted({file for files in REQUIREMENTS.values() for file in files}))
def test_what_an_image_installs_is_pinned_by_hash_to_what_was_tested_here(file: str) -> None:
    text = (REPOSITORY / file).read_text()
    found = pins(file)
    assert found
    assert text.count("==") == len(found)
    for block in re.split(PIN_LINE, text)[1:]:
        assert "--hash=sha256:" in block, block
    tested = {
        each.metadata["Name"].lower().replace("_", "-"): each.version for each in importlib.metadata.distributions()
    }
    differing = {
        name: (version, tested[name]) for name, version in found.items() if tested.get(name, version) != version
    }
    assert differing == {}


PIN_LINE: Final = re.compile(r"^(?=[A-Za-z0-9_.-]+(?:\[[a-z,]+\])?==)", re.MULTILINE)


@pytest.mark.parametrize("dockerfile", [*DOCKERFILES.values(), "dicom_scp/Dockerfile", "ml/fraud_risk/Dockerfile"])
def test_images_stand_on_one_base_and_run_as_nobody(dockerfile: str) -> None:
    text = (REPOSITORY / dockerfile).read_text()
    base = re.findall(r"^FROM (\S+)$", (REPOSITORY / "dicom_scp/Dockerfile").read_text(), re.MULTILINE)
    assert re.findall(r"^FROM (\S+)$", text, re.MULTILINE) == base
    assert "@sha256:" in base[0]
    assert parse(text).user == "10001:10001"
    assert "--require-hashes" in text


@pytest.mark.parametrize("dockerfile", DOCKERFILES.values())
def test_an_image_of_functions_starts_lambdas_interface_client(dockerfile: str) -> None:
    recipe = parse((REPOSITORY / dockerfile).read_text())
    assert recipe.entrypoint == ["python", "-m", "awslambdaric"]
    assert recipe.command == []  # each function says its own


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_an_image_trusts_the_databases_of_every_region_that_a_stage_may_have(region: str) -> None:
    subjects = [name(each) for each in root_certificates()]
    assert [each for each in subjects if f" {region} " in each] == [
        f"Amazon RDS {region} Root CA {algorithm} G1" for algorithm in ("ECC384", "RSA2048", "RSA4096")
    ]
    assert len(subjects) == 3 * len(REGIONS)


def test_the_trusted_certificates_are_roots_that_last_and_are_what_the_list_says() -> None:
    stated = re.findall(r"^# (.+), until (.+), SHA-256 ([0-9a-f]{64})$", ROOTS.read_text(), re.MULTILINE)
    found = root_certificates()
    for each in found:
        each.verify_directly_issued_by(each)
        assert each.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert each.not_valid_after_utc - datetime.now(UTC) > timedelta(days=10 * 365)
    assert stated == [
        (name(each), f"{each.not_valid_after_utc:%Y-%m-%d}", each.fingerprint(hashes.SHA256()).hex()) for each in found
    ]


@pytest.mark.parametrize("dockerfile", DOCKERFILES.values())
def test_an_image_has_the_certificates_where_the_client_looks_for_them(dockerfile: str) -> None:
    recipe = parse((REPOSITORY / dockerfile).read_text())
    assert DEFAULT_CA_FILE in [copy.destination for copy in recipe.copies if str(copy.sources[0]).endswith(ROOTS.name)]


def root_certificates() -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(ROOTS.read_bytes())


def name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


# Dockerfile -> what starts in its image; None: the functions of the package.
STARTS: Final = {"light": None, "detector": None, "fraud": "ml.fraud_risk.serve"}


@pytest.mark.parametrize("image", STARTS)
def test_a_built_image_holds_every_file_that_its_functions_import(
    synthesis: Synthesis, tmp_path: Path, image: str
) -> None:
    """Built from the staged context as the CDK CLI would, so a COPY without its source fails here too."""
    dockerfile = {**DOCKERFILES, "fraud": "ml/fraud_risk/Dockerfile"}[image]
    staged = [path for path in synthesis.directory.rglob(f"asset.*/{dockerfile}") if path.is_file()]
    contexts = [path.parents[len(Path(dockerfile).parts) - 1] for path in staged]
    context = min(contexts, key=lambda path: sum(1 for _ in path.rglob("*")))  # the detector's holds the light one's
    store = ImageStore(tmp_path)
    store.tag(store.build(context, context / dockerfile), "built:1")
    built = store.find("built:1")
    assert built is not None
    only = STARTS[image]
    for module in {only} if only else modules(synthesis, image):
        absent = [str(file) for file in needed(module).files if not (built.working_directory / file).exists()]
        assert absent == [], module


def test_the_detectors_image_holds_models_and_no_training(synthesis: Synthesis) -> None:
    contexts = [path for path in synthesis.directory.rglob("asset.*/phi_detector") if path.is_dir()]
    assert contexts
    for context in contexts:
        assert not (context / "corpora").exists()
        assert not (context / "training").exists()
        assert any(path.is_file() for path in Path(context / "models").rglob("*"))
