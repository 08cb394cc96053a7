"""Who may import whom: the infrastructure knows contracts, the runtime knows no infrastructure."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthcare_infra.repository import REPOSITORY

RUNTIME = ("healthcare_runtime", "lambdas", "dicom_scp")


def imports(package: str) -> Iterator[tuple[Path, str]]:
    """Every module that a package's files import, and from which file."""
    for file in sorted((REPOSITORY / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield file, node.module
                yield from ((file, f"{node.module}.{alias.name}") for alias in node.names)


def below(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_the_infrastructure_imports_only_contracts_from_the_runtime() -> None:
    allowed = "healthcare_runtime.contracts"
    wrong = [
        f"{file}: {module}"
        for file, module in imports("healthcare_infra")
        if any(below(module, package) for package in (*RUNTIME, "local_cloud")) and not below(module, allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", RUNTIME)
def test_the_runtime_imports_no_infrastructure(package: str) -> None:
    forbidden = ("aws_cdk", "constructs", "cdk_nag", "healthcare_infra", "local_cloud")
    wrong = [f"{file}: {module}" for file, module in imports(package) if any(below(module, root) for root in forbidden)]
    assert wrong == []


def test_the_contracts_cost_nothing_to_import() -> None:
    standard = {"enum", "typing"}
    modules = {
        module.partition(".")[0] for file, module in imports("healthcare_runtime") if file.parent.name == "contracts"
    }
    assert modules == standard


def test_the_local_cloud_reads_the_assembly_and_imports_no_stack() -> None:
    wrong = [
        f"{file}: {module}"
        for file, module in imports("local_cloud")
        if any(below(module, root) for root in ("aws_cdk", "healthcare_infra"))
    ]
    assert wrong == []


def test_the_composition_root_stays_small() -> None:
    assert len((REPOSITORY / "app.py").read_text().splitlines()) <= 40


def test_a_stack_lists_its_constructs_and_no_file_outgrows_its_purpose() -> None:
    for file in (REPOSITORY / "healthcare_infra").rglob("*.py"):
        limit = 150 if file.parent.name == "stacks" else 300
        lines = len(file.read_text().splitlines())
        assert lines <= limit, f"{file.relative_to(REPOSITORY)}: {lines} lines; give a part of it a file of its own"
