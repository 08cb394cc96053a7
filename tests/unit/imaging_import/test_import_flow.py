"""The import from events to outcomes, told by what a hospital sends."""

from dataclasses import replace

from tests.unit.imaging_import.import_world import ImportWorld, instance_key


def test_given_one_association_of_500_instances_when_it_is_quiet_then_one_job_imports_them_all(
    world: ImportWorld,
) -> None:
    events = [world.store(instance_key(series=1 + n % 4, number=n)) for n in range(500)]
    for start in range(0, 500, 90):
        assert world.deliver(*events[start : start + 90]) == []
    world.close_due()
    world.run_imports()

    assert len(world.health_imaging.jobs) == 1
    assert len(world.started()) == 1
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert len(world.outcomes()) == 500
    world.assert_settled()
