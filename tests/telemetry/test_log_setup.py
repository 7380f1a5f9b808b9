"""The log of a process: every message in one format, ours and those of libraries."""

import logging

import pytest
import uvicorn

from abandoned_checkouts.telemetry import requests
from tests.telemetry.conftest import Log


def test_messages_of_all_loggers_are_json(log: Log) -> None:
    log.start()
    logging.getLogger("abandoned_checkouts.work").info("deliver %s", "works again")
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    logging.getLogger("asyncio").info("not shown")
    logging.getLogger("asyncio").warning("slow")
    lines = log.lines()
    assert [(line["level"], line["logger"], line["event"]) for line in lines] == [
        ("info", "abandoned_checkouts.work", "deliver works again"),
        ("info", "uvicorn.error", "Started server process [7]"),
        ("warning", "asyncio", "slow"),
    ]
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_a_server_that_set_up_its_own_log_before_does_not_keep_messages(log: Log) -> None:
    uvicorn.Config("unused", log_level="warning")
    log.start()
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    assert [line["event"] for line in log.lines()] == ["Started server process [7]"]


@pytest.mark.parametrize(("level", "shown"), [("info", False), ("debug", True)])
def test_the_messages_of_errors_are_shown_only_at_the_level_debug(log: Log, level: str, shown: bool) -> None:
    log.start(level)
    name = "An" + "na"
    try:
        int(name)
    except ValueError:
        logging.getLogger("abandoned_checkouts.x").exception("a step failed")
    [line] = log.lines()
    assert "ValueError" in line["exception"] and "test_log_setup.py" in line["exception"]
    assert ("'Anna'" in line["exception"]) is shown


def test_the_format_for_people_has_no_colours_in_a_file(log: Log) -> None:
    log.start(form="console")
    name = "An" + "na"
    try:
        int(name)
    except ValueError:
        logging.getLogger("abandoned_checkouts.x").exception("it failed for anna@shop.example")
    text = log.text()
    assert "[error    ] it failed for [e-mail] [abandoned_checkouts.x]" in text
    assert "\nValueError\n" in text and "\033" not in text and "Anna" not in text


def test_requests_are_watched_only_at_levels_that_show_them(log: Log) -> None:
    log.start("warning")
    assert requests.sinks == []
    log.start("info")
    assert len(requests.sinks) == 1
    log.text()
    assert requests.sinks == []
