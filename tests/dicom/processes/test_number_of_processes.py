"""How many processes there are: what is asked for, or what the machine and its memory allow."""

import pytest

from dicom_scp.configuration import ConfigurationError, ScpConfiguration
from dicom_scp.machine_limits import usable_cpus


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"SCP_PROCESSES": "0"}, "SCP_PROCESSES=0: must be a whole number from 1 to "),
        ({"SCP_PROCESSES": "65", "MEMORY_BUDGET_MIB": "4096"}, "SCP_PROCESSES=65: must be a whole number from 1 to 64"),
        (
            {"SCP_PROCESSES": "3", "MEMORY_BUDGET_MIB": "47"},
            "SCP_PROCESSES=3: must be a whole number from 1 to 2;",
        ),
    ],
)
def test_given_a_number_of_processes_that_cannot_work_then_one_line_names_it(
    environment: dict[str, str], line: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ScpConfiguration.from_environment(environment)
    assert str(caught.value).startswith(line)


def test_given_little_memory_then_the_default_is_as_many_processes_as_it_allows() -> None:
    assert ScpConfiguration.from_environment({"MEMORY_BUDGET_MIB": "31"}).processes == 1
    assert 1 <= ScpConfiguration.from_environment({}).processes <= min(4, usable_cpus())
