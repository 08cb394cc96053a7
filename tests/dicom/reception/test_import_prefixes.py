"""One association's part of a study is one import prefix, within the limits of one import job."""

from hypothesis import given
from hypothesis import strategies as st

from dicom_scp.reception.import_prefixes import MAXIMUM_BYTES, MAXIMUM_INSTANCES, ImportPrefixes, TimestampLedger
from dicom_scp.reception.instance_header import InstanceHeader

HEADER = InstanceHeader(None, "1.2", "1.2.1")


def store(prefixes: ImportPrefixes, number: int, size: int) -> int:
    key = next(prefixes.candidates(HEADER, f"1.2.1.{number}", size))
    prefixes.stored(key, size)
    return key.timestamp


def test_given_500_instances_then_one_prefix() -> None:
    prefixes = ImportPrefixes(TimestampLedger(), 1_700_000_000.9)
    assert {store(prefixes, number, 500_000) for number in range(500)} == {1_700_000_000}


def test_given_more_instances_than_a_job_takes_then_a_fresh_prefix() -> None:
    prefixes = ImportPrefixes(TimestampLedger(), 1_700_000_000)
    timestamps = [store(prefixes, number, 1000) for number in range(2 * MAXIMUM_INSTANCES + 1)]
    assert [timestamps.count(timestamp) for timestamp in sorted(set(timestamps))] == [4500, 4500, 1]


def test_given_more_bytes_than_a_job_takes_then_a_fresh_prefix_before_the_limit() -> None:
    prefixes = ImportPrefixes(TimestampLedger(), 1_700_000_000)
    timestamps = [store(prefixes, number, 2_000_000_000) for number in range(9)]
    assert [timestamps.count(timestamp) for timestamp in sorted(set(timestamps))] == [4, 4, 1]
    assert MAXIMUM_BYTES >= 4 * 2_000_000_000


def test_given_a_taken_key_then_the_candidates_are_fresh_and_bounded() -> None:
    prefixes = ImportPrefixes(TimestampLedger(), 1_700_000_000)
    candidates = [key.timestamp for key in prefixes.candidates(HEADER, "1.2.1.1", 10)]
    assert len(candidates) == len(set(candidates)) == 8
    assert next(prefixes.candidates(HEADER, "1.2.1.2", 10)).timestamp == candidates[0]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(0, 20)), max_size=200),
    st.integers(1, 4),
)
def test_given_any_associations_and_little_memory_then_no_second_is_given_twice(
    claims: list[tuple[int, float]], remembered: int
) -> None:
    ledger = TimestampLedger(slots=remembered)
    given = [(study, ledger.claim(str(study), accepted_at)) for study, accepted_at in claims]
    assert len(given) == len(set(given))
    assert all(claimed >= int(accepted) for (_, claimed), (_, accepted) in zip(given, claims, strict=True))
