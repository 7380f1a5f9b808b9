"""The search box and the help inside `query: "…"`."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.conftest import about

INK = "selector => getComputedStyle(document.querySelector(selector)).color"
BOX = "Search abandoned checkouts"


def test_completion_by_keyboard(explorer: Page, picture: Callable[[Page], Path]) -> None:
    box = explorer.get_by_role("combobox", name=BOX)
    offered = explorer.get_by_role("listbox", name="Suggestions").get_by_role("option")
    box.press_sequentially("recovery_s")
    expect(offered.first).to_contain_text("recovery_state:")
    picture(explorer)
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("recovery_state:")
    expect(offered.filter(has_text="not_recovered")).to_be_visible()
    box.press_sequentially("not")
    expect(offered.first).to_contain_text("not_recovered")
    box.press("ArrowDown")
    box.press("Tab")
    expect(box).to_have_value("recovery_state:not_recovered")


def test_explanation_warning_and_repair(explorer: Page, picture: Callable[[Page], Path]) -> None:
    box = explorer.get_by_role("combobox", name=BOX)
    box.fill("🙂 status:opne")
    expect(explorer.locator(".underlined mark")).to_have_text("opne")
    warnings = explorer.get_by_role("list", name="Warnings about the search")
    expect(warnings).to_contain_text("Did you mean")
    picture(explorer)
    warnings.get_by_role("button", name="open").click()
    expect(box).to_have_value("🙂 status:open")
    expect(warnings).not_to_be_visible()
    expect(explorer.locator(".explanation")).to_contain_text("status is open")


def test_search_writes_the_graphql_and_runs_it(explorer: Page, picture: Callable[[Page], Path]) -> None:
    explorer.get_by_role("combobox", name=BOX).fill("recovery_state:recovered")
    explorer.get_by_label("Order").select_option(label="Most valuable first")
    with explorer.expect_request(about("FindCheckouts")) as sent:
        explorer.get_by_role("button", name="Search").click()
    document = sent.value.post_data_json["query"]
    assert 'query: "recovery_state:recovered"' in document
    assert "sortKey: TOTAL_PRICE" in document
    assert "reverse: true" in document
    completed = explorer.locator("tbody tr td:nth-child(7) time")
    expect(completed).to_have_count(explorer.locator("tbody tr").count())
    picture(explorer)


def test_editor_underlines_the_query_argument(explorer: Page, server: str, picture: Callable[[Page], Path]) -> None:
    document = '{\n  abandonedCheckouts(first: 2, query: "statsu:open") {\n    nodes {\n      name\n    }\n  }\n}'
    explorer.goto(f"{server}/graphiql#{urlencode({'query': document})}")
    expect(explorer.locator(".graphiql-editors .squiggly-warning").first).to_be_visible()
    notices = explorer.locator(".notices")
    expect(notices).to_contain_text("statsu")
    expect(notices).to_contain_text("Invalid search field for this query.")
    picture(explorer)


def test_editor_completes_inside_the_query_argument(explorer: Page, picture: Callable[[Page], Path]) -> None:
    explorer.locator(".graphiql-editors .view-lines").first.click()
    explorer.keyboard.press("Control+A")
    explorer.keyboard.press("Delete")
    explorer.keyboard.type('{ abandonedCheckouts(first: 3, query: "', delay=20)
    explorer.keyboard.type("recovery_s", delay=60)
    widget = explorer.locator(".suggest-widget")
    expect(widget.locator(".focused .highlight").first).to_be_visible()
    expect(widget).to_contain_text("recovery_state:")
    for letters in (".focused .highlight", ".focused .label-name"):
        ink = explorer.evaluate(INK, f".suggest-widget {letters}")
        red, green, blue = (int(part) for part in re.findall(r"\d+", ink)[:3])
        assert green > red and green > blue, f"{letters} is not in our green: {ink}"
    picture(explorer)
    explorer.keyboard.press("Enter")
    expect(explorer.locator(".graphiql-editors .view-lines").first).to_contain_text("recovery_state:")
