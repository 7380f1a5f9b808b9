"""Whole lines on a file descriptor."""

import os

from abandoned_checkouts.telemetry.log_output import LogOutput, line_of


def test_lines_are_written_in_steps_that_a_pipe_takes_whole() -> None:
    reading, writing = os.pipe()
    LogOutput(writing).write([b"a" * 3000 + b"\n", b"b" * 3000 + b"\n", b"c\n"])
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert [line[:1] for line in pipe] == [b"a", b"b", b"c"]


def test_a_reader_that_has_gone_away_does_not_stop_the_server() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    LogOutput(writing).write([b"lost\n"])
    os.close(writing)


def test_text_that_is_not_unicode_is_written_with_escapes() -> None:
    assert line_of("a\ud800") == b"a\\ud800\n"
