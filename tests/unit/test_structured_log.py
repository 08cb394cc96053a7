"""A log line can carry only what the allow-list names: no PHI by accident, not even in an exception."""

import io
import json
import logging

import pytest

from healthcare_runtime.structured_log import EventLog, JsonFormatter, digest

PHI = "YAMADA^TARO"


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger("tests.structured_log")
    root.handlers[:] = [handler]
    root.setLevel("DEBUG")
    root.propagate = False
    return stream


def test_given_allowed_fields_then_the_line_is_json_with_them(lines: io.StringIO) -> None:
    EventLog("tests.structured_log").info("instance_stored", bytes=12, status="0x0000")
    line = json.loads(lines.getvalue())
    assert line["event"] == "instance_stored"
    assert (line["bytes"], line["status"], line["level"]) == (12, "0x0000", "INFO")


def test_given_a_field_off_the_list_then_it_is_dropped_and_counted(lines: io.StringIO) -> None:
    EventLog("tests.structured_log").info("instance_stored", patient_name=PHI, bytes=1)
    assert PHI not in lines.getvalue()
    assert json.loads(lines.getvalue())["dropped_fields"] == 1


def test_given_an_exception_that_quotes_its_input_then_only_its_class_is_logged(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"cannot parse {PHI}")
    except ValueError:
        EventLog("tests.structured_log").failure("store_failed")
    assert PHI not in lines.getvalue()
    assert json.loads(lines.getvalue())["error_type"] == "ValueError"


def test_given_a_foreign_record_then_its_message_is_not_printed(lines: io.StringIO) -> None:
    logging.getLogger("tests.structured_log").warning("peer sent %s", PHI)
    assert PHI not in lines.getvalue()
    assert json.loads(lines.getvalue())["event"] == "log:tests.structured_log"


def test_given_an_identifier_then_its_digest_is_stable_and_short() -> None:
    assert digest("1.2.3") == digest("1.2.3") != digest("1.2.4")
    assert len(digest("\ud800")) == 16
