"""Progress bars show the part of the work, the count, the rate and the time left, and are hidden without a terminal."""

import io
import re
import sys
import time

import pytest

from abandoned_checkouts.cli.progress import several


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def text_of(screen: io.StringIO) -> str:
    """What was written, without the codes that move the cursor and set colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())


def shown(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", screen)
    with several() as advance:
        for done in (100, 200, 300):
            advance("Backfill", done, 10_000)
            time.sleep(0.15)
        advance("Changes", 7, None)
    return text_of(screen)


def test_bars_have_a_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(Terminal(), monkeypatch)
    assert re.search(r"Backfill\W+ 300/10000 +[\d,]+/s \d:\d\d:\d\d", text), text
    assert re.search(r"Changes\W+ 7/\?", text), text


def test_without_a_terminal_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(io.StringIO(), monkeypatch) == ""
