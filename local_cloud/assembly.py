"""The cloud assembly of the stage ``local``: synthesised by the CDK CLI when the sources changed, and never touched."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from local_cloud.errors import LocalCloudError
from local_cloud.layout import REPOSITORY, STAGE, Layout

_SOURCES = ("app.py", "cdk.json", "healthcare_infra", "healthcare_runtime", "lambdas", "dicom_scp")
_SYNTH_SECONDS = 180


def synthesise(layout: Layout) -> bool:
    """Write the assembly unless it is up to date with the sources. Returns whether it was written.

    Raises
    ------
    LocalCloudError
        The synthesis failed; the message quotes its output.
    """
    stamp = layout.root / "synthesised.json"
    sources = _digest(_source_files())
    if layout.assembly.exists() and stamp.exists() and json.loads(stamp.read_text()) == sources:
        return False
    fresh = layout.assembly.with_name("cdk.out.new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = ["cdk", "synth", "--quiet", "--no-notices", "-c", f"stage={STAGE}", "-o", str(fresh)]
    try:
        result = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=cdk_environment(layout),
            capture_output=True,
            text=True,
            timeout=_SYNTH_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise LocalCloudError("the CDK CLI is not installed: run `make setup`") from error
    except subprocess.TimeoutExpired as error:
        raise LocalCloudError(f"`cdk synth` took over {_SYNTH_SECONDS} s: see what keeps this machine busy") from error
    (layout.logs / "synth.log").write_text(result.stdout + result.stderr)
    if result.returncode != 0:
        last = "\n  ".join((result.stdout + result.stderr).strip().splitlines()[-20:])
        raise LocalCloudError(f"`{' '.join(command[:2])} -c stage={STAGE}` failed:\n  {last}")
    shutil.rmtree(layout.assembly, ignore_errors=True)
    fresh.rename(layout.assembly)
    stamp.write_text(json.dumps(sources))
    return True


def fingerprint(assembly: Path) -> str:
    """A digest of what would be deployed: manifests and templates name every asset by its hash.

    Raises
    ------
    LocalCloudError
        The directory is not a cloud assembly.
    """
    if not (assembly / "manifest.json").exists():
        raise LocalCloudError(f"{assembly} is not a cloud assembly: run `cdk synth -c stage={STAGE} -o {assembly}`")
    names = ("manifest.json", "*.template.json", "*.assets.json")
    files = [path for name in names for path in sorted(assembly.rglob(name)) if "asset." not in str(path.parent)]
    return _digest(files, relative_to=assembly)


def cdk_environment(layout: Layout, endpoint: str | None = None) -> dict[str, str]:
    return layout.environment(endpoint) | {
        "CDK_HOME": str(layout.root / "home" / ".cdk"),
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CI": "true",
    }


def _source_files() -> Iterable[Path]:
    for name in _SOURCES:
        path = REPOSITORY / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and "__pycache__" not in one.parts)


def _digest(files: Iterable[Path], relative_to: Path = REPOSITORY) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(relative_to)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
