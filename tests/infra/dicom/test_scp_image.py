"""The image of the DICOM service: what it is built from, what it installs, as whom it runs."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.constructs.dicom.image import RUNTIME_MODULES
from healthcare_infra.constructs.dicom.scp_task import USER
from healthcare_infra.repository import REPOSITORY
from tests.infra.dicom.ingest_templates import (
    container,
)
from tests.infra.templates import Resources


@pytest.fixture(scope="module")
def context(synthesis: Synthesis) -> Path:
    """The image's build context, as ``cdk deploy`` hands it to the container engine."""
    (dockerfile,) = synthesis.directory.glob("asset.*/dicom_scp/Dockerfile")
    return dockerfile.parents[1]


class TestImage:
    def test_nothing_but_the_scp_and_its_share_of_the_runtime_reaches_the_build(self, context: Path) -> None:
        assert {path.name for path in context.iterdir()} == {"dicom_scp", "healthcare_runtime"}
        runtime = context / "healthcare_runtime"
        there = {path.relative_to(runtime).with_suffix("").as_posix() for path in runtime.rglob("*.py")}
        assert there == {*RUNTIME_MODULES}
        assert not [*context.rglob("__pycache__")]

    def test_the_share_of_the_runtime_is_exactly_what_the_scp_imports(self, context: Path) -> None:
        imported = runtime_imports(context)
        packages = {f"{parent}/__init__" for module in imported for parent in Path(module).parents if parent.name}
        assert imported | packages | {"__init__"} == {*RUNTIME_MODULES}

    def test_the_scp_starts_from_the_context_alone_and_names_a_wrong_value(self, context: Path, tmp_path: Path) -> None:
        # Given a copy of the context, where Python may leave its caches, and no other source on the path
        root = tmp_path / "app"
        shutil.copytree(context, root)
        started = subprocess.run(
            [sys.executable, "-m", "dicom_scp"],
            cwd=root,
            env={"PATH": os.environ["PATH"], "SCP_PORT": "none"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        # Then every import was found, and configuration, the first thing that can fail, did
        assert started.returncode == 2, started.stderr
        assert "SCP_PORT=none" in started.stdout + started.stderr

    def test_the_pins_are_those_of_the_environment_that_was_tested(self) -> None:
        pins = dict(
            line.split("==") for line in (REPOSITORY / "constraints.txt").read_text().splitlines() if "==" in line
        )
        listed = requirements()
        assert listed.keys() >= {"boto3", "botocore", "urllib3"}
        assert {name: pins[name] for name in listed} == listed

    def test_every_package_that_the_scp_imports_is_listed(self, context: Path) -> None:
        # Imports inside functions too: the first storage commitment must not be the first to miss a package.
        from importlib.metadata import packages_distributions

        own = {"dicom_scp", "healthcare_runtime"}
        third_party = {
            name
            for source in context.rglob("*.py")
            for name in top_level_imports(source)
            if name not in own and name not in sys.stdlib_module_names
        }
        assert third_party >= {"boto3", "pydicom"}
        distributions = packages_distributions()
        assert {distributions[name][0] for name in third_party} <= requirements().keys()

    def test_the_packages_need_nothing_that_is_not_listed(self) -> None:
        # pip runs with --no-deps, so the list must be closed under requirement.
        from importlib.metadata import requires

        listed = requirements()
        for package in listed:
            for requirement in requires(package) or []:
                if "extra ==" not in requirement:
                    needed = re.match(r"[\w.-]+", requirement)
                    assert needed
                    assert needed[0] in listed, f"{package} needs {needed[0]}"

    def test_the_image_is_pinned_and_runs_without_root(self) -> None:
        instructions = dockerfile_instructions()
        (base,) = [text for name, text in instructions if name == "FROM"]
        assert re.fullmatch(r"python:3\.13-slim@sha256:[0-9a-f]{64}", base)
        assert ("USER", USER) in instructions
        assert ("CMD", '["python", "-m", "dicom_scp"]') in instructions
        assert [text for name, text in instructions if name == "HEALTHCHECK"]
        assert not [text for name, text in instructions if name == "ADD"]
        # After the last instruction that needs it, root is gone for good.
        names = [name for name, _ in instructions]
        assert "RUN" not in names[names.index("USER") :]

    def test_the_mounted_directories_are_declared_so_that_the_user_can_write_them(self, mutual_tls: Resources) -> None:
        (declared,) = [json.loads(text) for name, text in dockerfile_instructions() if name == "VOLUME"]
        mounted = {
            point["ContainerPath"]
            for each in ("Scp", "TlsMaterial")
            for point in container(mutual_tls, each)["MountPoints"]
        }
        assert mounted == {*declared}


def requirements() -> dict[str, str]:
    """Package -> version; a line that is not pinned by version and hash is not understood."""
    text = (REPOSITORY / "dicom_scp" / "requirements.txt").read_text()
    pinned = re.compile(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}$\n?", re.MULTILINE)
    assert not pinned.sub("", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).strip()
    return dict(pinned.findall(text))


def top_level_imports(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def dockerfile_instructions() -> list[tuple[str, str]]:
    text = (REPOSITORY / "dicom_scp" / "Dockerfile").read_text()
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def runtime_imports(context: Path) -> set[str]:
    """Modules of healthcare_runtime that the SCP reaches, as paths, through the runtime's own imports as well."""
    reached: set[str] = set()
    waiting = [*(context / "dicom_scp").rglob("*.py")]
    while waiting:
        for module in _imported(waiting.pop()):
            if module not in reached:
                reached.add(module)
                waiting.append(REPOSITORY / "healthcare_runtime" / f"{module}.py")
    return reached


def _imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            if package == "healthcare_runtime":
                yield from [module.replace(".", "/")] if module else (alias.name for alias in node.names)
