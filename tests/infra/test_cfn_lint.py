"""cfn-lint, which knows CloudFormation's schemas and quotas, has nothing to say about any template."""

import subprocess
import sys
from pathlib import Path

from healthcare_infra.assembly import Synthesis

# Zones are configuration on purpose (W3010); CDK also writes the dependencies that references imply (W3005).
IGNORED = ("W3010", "W3005")


def test_cfn_lint_accepts_every_template(synthesis: Synthesis) -> None:
    templates = [str(stack.template_file) for stack in synthesis.stacks]
    run = subprocess.run(
        [
            Path(sys.executable).with_name("cfn-lint"),
            "--ignore-checks",
            *IGNORED,
            "--regions",
            "us-east-1",
            "--",
            *templates,
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
