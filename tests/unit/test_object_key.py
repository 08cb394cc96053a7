"""The key contract of seed 002: what the SCP builds, the importer reads back, and nothing path-like gets through."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.object_key import InstanceKey, InvalidKeyError, is_strict_uid, is_uid, parse_study_date

uids = st.from_regex(r"[0-9]{1,8}(\.[0-9]{1,8}){0,6}", fullmatch=True).filter(is_uid)
keys = st.builds(InstanceKey, st.dates(date(1000, 1, 1)), st.integers(0, 10**12), uids, uids, uids)


@given(keys)
def test_given_a_key_when_written_and_read_then_it_is_the_same(key: InstanceKey) -> None:
    assert InstanceKey.parse(str(key)) == key


@given(keys)
def test_given_a_key_then_its_prefixes_end_in_a_slash_and_contain_it(key: InstanceKey) -> None:
    assert str(key).startswith(key.series_prefix)
    assert key.series_prefix.startswith(key.prefix)
    assert key.prefix.endswith("/")
    assert str(key).count("/") == 6


@given(st.text(max_size=90))
def test_given_any_text_when_it_is_not_digits_and_dots_then_it_is_no_uid(text: str) -> None:
    if is_uid(text):
        assert set(text) <= set("0123456789.")
        assert len(text) <= 64
        assert ".." not in text


@pytest.mark.parametrize(
    "uid", ["", "1" * 65, "../../etc/passwd", "1..2", ".1", "1.", "1.2/3", "1.2\0", "1.2 ", "１.２", "1.2.a", "1.2\n"]
)
def test_given_a_malformed_uid_then_no_key_can_be_built(uid: str) -> None:
    with pytest.raises(InvalidKeyError) as raised:
        InstanceKey(date(2026, 1, 5), 1, uid, "1.2", "1.3")
    assert "study_instance_uid" in str(raised.value)
    assert len(uid) < 4 or uid not in str(raised.value)


def test_given_leading_zeros_then_a_uid_is_lenient_but_not_strict() -> None:
    assert is_uid("1.02.3")
    assert not is_strict_uid("1.02.3")
    assert is_strict_uid("1.0.3")


@pytest.mark.parametrize(
    "key",
    [
        "2026/02/30/1/1.2/1.3/1.4.dcm",
        "2026/01/05/1/1.2/1.3/1.4.dcm\n",
        "2026/01/05/-1/1.2/1.3/1.4.dcm",
        "2026/01/05/1/1.2/../1.4.dcm",
        "2026/01/05/1/1.2/1.4.dcm",
        "staging/2026/01/05/1/1.2/1.3/1.4.dcm",
        "notes.txt",
        "",
    ],
)
def test_given_another_layout_when_read_then_it_is_refused_without_quoting_it(key: str) -> None:
    with pytest.raises(InvalidKeyError) as raised:
        InstanceKey.parse(key)
    assert key == "" or key not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240229", date(2024, 2, 29)),
        ("1997.04.24", date(1997, 4, 24)),
        ("20240229 ", date(2024, 2, 29)),
        ("20230229", None),
        ("00000000", None),
        ("", None),
        ("2024022", None),
        ("２０２４０２２９", None),
        ("20240101-20240201", None),
    ],
)
def test_given_a_study_date_then_only_real_dates_are_dates(text: str, expected: date | None) -> None:
    assert parse_study_date(text) == expected
