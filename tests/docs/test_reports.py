"""docs/reports.md has the definitions of the program, and its commands and addresses exist."""

import re

import pytest

from abandoned_checkouts.control.routes import CONTROL
from abandoned_checkouts.reports.definitions import DEFINITIONS, Definition
from abandoned_checkouts.work.report_tables import BY
from tests.places import DOCS

PAGE = (DOCS / "reports.md").read_text()


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda each: each.name)
def test_it_has_the_definition(definition: Definition) -> None:
    row = f'| <a id="{definition.name}"></a>`{definition.name}` | {definition.title} | {definition.text} |'
    assert row in PAGE.splitlines()


def test_it_has_no_other_definition() -> None:
    assert re.findall(r'<a id="(\w+)">', PAGE) == list(DEFINITIONS)


def test_it_lists_the_endpoints() -> None:
    served = {path for _, path, *_ in CONTROL if path.startswith("/reports/")}
    listed = set(re.findall(r"\| `/control(/reports/\w+)` \|", PAGE))
    assert served == {"/reports/overview", "/reports/{by}"}
    assert listed == {"/reports/overview", *(f"/reports/{by}" for by in BY)}
