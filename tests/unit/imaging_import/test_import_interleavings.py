"""Any order of events, repetitions, closes and lost messages gives every instance one batch and one outcome."""

from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcare_runtime.contracts.imaging import BatchState
from tests.aws_emulator import AwsEmulator
from tests.unit.imaging_import.import_account import close_message, instance_key
from tests.unit.imaging_import.import_world import import_world

INSTANCES = 6
deliveries = st.lists(st.integers(0, INSTANCES - 1), min_size=1, max_size=6)
steps = st.one_of(
    deliveries.map(lambda numbers: ("deliver", tuple(numbers))),
    st.just(("close", ())),
    st.just(("import", ())),
    st.just(("sweep", ())),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(happenings=st.lists(steps, max_size=12), maximum_files=st.integers(1, 4))
def test_given_any_order_of_happenings_then_every_instance_has_one_batch_one_job_and_one_outcome(
    aws: AwsEmulator, happenings: list[tuple[str, tuple[int, ...]]], maximum_files: int
) -> None:
    with import_world(aws) as world:
        world.policy = replace(world.policy, maximum_files=maximum_files)
        keys = [instance_key(study=1 + n % 2, series=n // 4, number=n) for n in range(INSTANCES)]
        events = [world.store(key) for key in keys]
        for happening, numbers in happenings:
            if happening == "deliver":
                assert world.deliver(*(events[number] for number in numbers)) == []
            elif happening == "close":
                for batch_id in list(world.batches.live(BatchState.OPEN, limit=100)):
                    assert world.deliver(close_message(batch_id)) == []  # early or due
                world.clock.pass_seconds(31)
            elif happening == "import":
                world.run_imports()
            else:
                world.sweep().run()
        assert world.deliver(*events) == []
        for _ in range(3):
            world.close_due()
            world.run_imports()

        assert Counter(str(each.key) for each in world.instances()) == Counter(map(str, keys))
        assert set(world.outcomes().values()) == {("IMPORTED", None)}
        imported = Counter(key.rsplit("/", 1)[1] for job in world.health_imaging.jobs for key in job.files)
        assert imported == Counter(f"{key.sop_instance_uid}.dcm" for key in keys)
        assert all(len(job.files) <= maximum_files for job in world.health_imaging.jobs)
        world.assert_settled()
