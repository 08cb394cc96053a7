"""A closed batch is divided so that every member is in one part, every part fits, and series stay whole if they can."""

from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.imaging.batches.job_plan import plan_parts
from healthcare_runtime.imaging.instances.instance import Instance
from tests.unit.imaging_import.import_account import instance_key

members = st.lists(
    st.builds(
        lambda series, number, version, size: Instance(
            instance_key(series=series, number=number), f"v{version}", size, "etag"
        ),
        st.integers(0, 12),
        st.integers(0, 40),
        st.integers(0, 1),
        st.integers(1, 30),
    ),
    unique_by=lambda each: each.sort_key,
    max_size=80,
).map(lambda found: sorted(found, key=lambda each: each.sort_key))


@given(members, st.integers(1, 20), st.integers(1, 100))
def test_given_any_batch_then_its_parts_are_a_division_into_jobs(
    batch: list[Instance], maximum_files: int, maximum_bytes: int
) -> None:
    parts = plan_parts(batch, maximum_files=maximum_files, maximum_bytes=maximum_bytes)

    shares = [[each for each in batch if part.first <= each.sort_key <= part.last] for part in parts]
    assert [each for share in shares for each in share] == batch
    for part, share in zip(parts, shares, strict=True):
        assert (part.files, part.size) == (len(share), sum(each.size for each in share))
        assert part.files == 1 or (part.files <= maximum_files and part.size <= maximum_bytes)


@given(members, st.integers(1, 20), st.integers(1, 100))
def test_given_a_series_that_fits_one_job_then_it_is_in_one_part(
    batch: list[Instance], maximum_files: int, maximum_bytes: int
) -> None:
    parts = plan_parts(batch, maximum_files=maximum_files, maximum_bytes=maximum_bytes)
    series: dict[str, list[Instance]] = {}
    for each in batch:
        series.setdefault(each.key.series_instance_uid, []).append(each)
    for own in series.values():
        if len(own) <= maximum_files and sum(each.size for each in own) <= maximum_bytes:
            assert sum(any(part.first <= each.sort_key <= part.last for each in own) for part in parts) == 1


def test_given_series_whose_uids_begin_alike_then_they_are_not_mixed_up() -> None:
    keys = [instance_key(series=series, number=n) for series in (1, 11, 111) for n in range(3)]
    batch = sorted((Instance(key, "v", 1, "e") for key in keys), key=lambda each: each.sort_key)
    parts = plan_parts(batch, maximum_files=3, maximum_bytes=100)
    assert [part.files for part in parts] == [3, 3, 3]
