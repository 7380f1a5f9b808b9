"""Takes docs/overview.png, the picture of the README, in Chromium: `make picture`.

It also writes what the page consists of into picture.txt. If the page has other parts later, test_readme.py asks for a
new picture.
"""

import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from playwright.sync_api import sync_playwright

from abandoned_checkouts.pytest_plugin.serving import started
from tests.places import DOCS, TESTS

PICTURE, PARTS = DOCS / "overview.png", TESTS / "docs" / "picture.txt"
ADDRESS = "/?period=30"
LARGEST = 150_000


class _Parts(HTMLParser):
    """Collects the texts of headings, names of figures, and links of the navigation."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h1", "h2", "dt") or (tag == "nav" and ("aria-label", "Pages") in attrs):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.found.append(" ".join(data.split()))


def parts_of(page: str) -> str:
    """What the overview consists of, one part on each line. The figures themselves are left out."""
    parser = _Parts()
    parser.feed(page)
    return "\n".join(parser.found) + "\n"


def main() -> None:
    from tests.browser.conftest import ARGUMENTS, chromium

    executable = chromium()
    if executable is None:
        sys.exit("found no chromium: run apt-get install chromium, or set CHROMIUM to its path")
    now = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder), demo=500, settings=now) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1200, "height": 960}, color_scheme="light", locale="en")
        page.goto(server.url + ADDRESS)
        page.screenshot(path=PICTURE)
        PARTS.write_text(parts_of(page.content()), encoding="utf-8")
        browser.close()
    size = PICTURE.stat().st_size
    sys.stdout.write(f"{PICTURE}: {size / 1000:.0f} kB\n")
    if size > LARGEST:
        sys.exit(f"The picture is larger than {LARGEST / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
