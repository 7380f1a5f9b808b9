"""Results: every example, the table, further pages, files, cost, and errors with their places."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from abandoned_checkouts.explorer.examples import Example, examples
from tests.browser.conftest import Opener, about, opened_page, sign_in


def test_every_example_answers(explorer: Page, picture: Callable[[Page, str], Path]) -> None:
    # Just after midnight, and on the first day of a month, examples about today or this month would be empty.
    explorer.clock.set_fixed_time(datetime.now(UTC) - timedelta(days=12))
    for example in examples():
        shows(example, explorer)
        picture(explorer, example.name)


def shows(example: Example, explorer: Page) -> None:
    with explorer.expect_response(about(example.document(date.today()).split()[1])) as answered:
        explorer.get_by_role("button", name=example.title, exact=True).click()
    answer = answered.value.json()
    assert "errors" not in answer, answer["errors"]
    assert "search" not in answer["extensions"], answer["extensions"]["search"]
    assert answer["extensions"]["cost"]["requestedQueryCost"] <= 1000
    rows = answer["data"]["abandonedCheckouts"]["nodes"]
    assert rows, f"{example.title}: the demo shop has nothing that it could show"
    expect(explorer.locator("thead th").first).to_be_visible()
    expect(explorer.locator(".problems")).to_have_count(0)


def test_next_page_follows_the_cursor(explorer: Page, picture: Callable[[Page], Path]) -> None:
    rows = explorer.locator("tbody tr")
    expect(rows).to_have_count(25)
    names = rows.locator("td:first-child").all_inner_texts()
    with explorer.expect_request(about("after:")) as requested:
        explorer.get_by_role("button", name="Next page").click()
    expect(rows).to_have_count(50)
    assert re.search(r'after: "[^"]+"', requested.value.post_data_json["query"])
    both = rows.locator("td:first-child").all_inner_texts()
    assert both[:25] == names
    assert len(set(both)) == 50, "a page repeats rows of the page before"
    picture(explorer)


def test_pages_on_to_the_end(explorer: Page, server: str) -> None:
    document = "{ abandonedCheckouts(first: 130) { nodes { name } } abandonedCheckoutsCount { count } }"
    explorer.goto(f"{server}/graphiql#{urlencode({'query': document})}")
    explorer.get_by_role("button", name="Enable paging").click()
    rows, next_page = explorer.locator("tbody tr"), explorer.get_by_role("button", name="Next page")
    for count in (260, 300):
        next_page.click()
        expect(rows).to_have_count(count)
    expect(explorer.locator(".pager")).to_have_text("End of list")
    expect(explorer.locator(".figure")).to_have_text("Total checkouts: 300")
    assert len(set(rows.all_inner_texts())) == 300
    expect(explorer.locator(".graphiql-tab-button")).to_have_count(1)


def test_customers_to_call_have_a_phone_number(explorer: Page) -> None:
    explorer.get_by_role("button", name="Customers to call").click()
    only = explorer.get_by_label("Only with phone")
    expect(only).to_be_checked()
    lines = explorer.locator("tbody tr")
    called = lines.filter(has=explorer.locator("a[href^='tel:']")).count()
    expect(lines).to_have_count(called)
    only.uncheck()
    expect(explorer.locator(".count")).not_to_contain_text(" of ")
    assert lines.count() > called > 0
    expect(explorer.get_by_role("combobox", name="Search abandoned checkouts")).to_have_value(re.compile("status:open"))
    expect(explorer.locator(".search-order option:checked")).to_have_text("Most valuable first")


def test_an_empty_result_shows_one_message(explorer: Page, picture: Callable[[Page], Path]) -> None:
    explorer.get_by_role("combobox", name="Search abandoned checkouts").fill("zzzzqqq")
    explorer.get_by_role("button", name="Search", exact=True).click()
    expect(explorer.locator(".nothing")).to_have_text("No results.")
    expect(explorer.locator(".table-tools, .pager")).to_have_count(0)
    picture(explorer)


@pytest.mark.parametrize("clipboard", ["there", "missing"])
def test_copies_for_a_spreadsheet(open_context: Opener, server: str, clipboard: str) -> None:
    context = open_context(permissions=["clipboard-read", "clipboard-write"])
    if clipboard == "missing":  # as on a page that came without TLS from another machine
        context.add_init_script("if (location.pathname.startsWith('/graphiql')) delete Navigator.prototype.clipboard")
    explorer = opened_page(context, server)
    explorer.get_by_role("button", name="Copy", exact=True).click()
    expect(explorer.locator(".table-tools .message")).to_have_text("Copied")
    reader = context.new_page()
    reader.goto(f"{server}/merchant/checkouts")
    heading, *lines = reader.evaluate("navigator.clipboard.readText()").split("\n")
    assert heading.split("\t")[:4] == ["Name", "Created", "Total", "Total currency"]
    assert len(lines) == 25


def test_table_sorts_money_by_size(explorer: Page) -> None:
    header = explorer.get_by_role("columnheader", name="Total")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    shown = explorer.locator("tbody td[data-kind=money]").all_inner_texts()
    amounts = [float(re.sub(r"[^\d.]", "", text)) for text in shown]
    assert amounts == sorted(amounts, reverse=True), shown
    assert len(set(amounts)) > 1


def test_csv_holds_the_rows(explorer: Page) -> None:
    with explorer.expect_download() as download:
        explorer.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    heading, *lines = list(csv.reader(io.StringIO(text, newline="")))
    assert heading[:4] == ["Name", "Created", "Total", "Total currency"]
    assert len(lines) == 25
    assert all(re.fullmatch(r"\d+\.\d+", line[2]) and re.fullmatch("[A-Z]{3}", line[3]) for line in lines), lines
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line[1]) for line in lines), lines


def test_groups_by_a_column(explorer: Page) -> None:
    explorer.get_by_label("Group by").select_option(label="Customer")
    expect(explorer.get_by_role("columnheader", name="Rows")).to_be_visible()
    times = explorer.locator("tbody td:nth-child(2)").all_inner_texts()
    assert sum(int(one) for one in times) == 25


def test_json_beside_the_table(explorer: Page, picture: Callable[[Page], Path]) -> None:
    explorer.get_by_role("button", name="JSON").click()
    expect(explorer.locator(".result-window .view-lines")).to_contain_text("abandonedCheckouts")
    picture(explorer)


def test_cost_is_shown(explorer: Page) -> None:
    with explorer.expect_response(about("FindCheckouts")) as answered:
        explorer.get_by_role("button", name="Search").click()
    cost = answered.value.json()["extensions"]["cost"]
    bar = explorer.get_by_role("group", name="Cost of the query")
    expect(bar).to_contain_text(f"Cost {cost['requestedQueryCost']} requested")
    expect(bar).to_contain_text(f"{cost['actualQueryCost']} actual")
    expect(bar.get_by_role("meter")).to_have_attribute("max", str(cost["throttleStatus"]["maximumAvailable"]))


def test_error_points_to_its_line(explorer: Page, server: str, picture: Callable[[Page], Path]) -> None:
    explorer.goto(f"{server}/graphiql#query=" + "%7B%0A%20%20shop%20%7B%0A%20%20%20%20colour%0A%20%20%7D%0A%7D")
    problems = explorer.locator(".problems")
    expect(problems).to_contain_text("colour")
    expect(explorer.locator(".graphiql-editors .squiggly-error").first).to_be_visible()
    problems.get_by_role("button", name="Line 3").click()
    expect(explorer.locator(".graphiql-editors .line-numbers.active-line-number").first).to_have_text("3")
    picture(explorer)


DRAIN = "{ abandonedCheckouts(first: 250) { nodes { lineItems(first: 20) { nodes { id } } } } }"


def drain(page: Page, token: str) -> None:
    """Sends queries until the server throttles. Each token is of a separate app, whose bucket no other test uses."""
    server = page.url.partition("graphiql")[0]
    version = page.request.get(f"{server}explorer/session.json").json()["defaultVersion"]
    for _ in range(200):
        answer = page.request.post(
            f"{server}admin/api/{version}/graphql.json",
            data={"query": DRAIN},
            headers={"X-Shopify-Access-Token": token},
        ).json()
        if "errors" in answer:
            assert answer["errors"][0]["extensions"]["code"] == "THROTTLED", answer
            return
    raise AssertionError("the server never throttled")


def test_a_throttled_query_shows_the_time_to_wait(
    open_context: Opener, server: str, new_token: Callable[[], str], picture: Callable[[Page], Path]
) -> None:
    token, explorer = new_token(), opened_page(open_context(), server)
    sign_in(explorer, token)
    explorer.wait_for_selector("tbody tr")
    # The query costs more than the server restores before the click.
    listing = "abandonedCheckouts(first: 120) { nodes { name lineItems(first: 5) { nodes { title } } } }"
    document = f"{{ {' '.join(f'{alias}: {listing}' for alias in 'abcdef')} }}"
    explorer.goto(f"{server}/graphiql#{urlencode({'query': document})}")
    expect(explorer.locator("tbody tr")).to_have_count(120)
    for _ in range(5):  # on a busy machine the bucket may be full again before the click
        drain(explorer, token)
        with explorer.expect_response(about("first: 120")) as answered:
            explorer.get_by_role("button", name="Execute query").click()
        if "errors" in answered.value.json():
            break
    problems = explorer.locator(".problems")
    expect(problems).to_contain_text(re.compile(r"The query needs \d+ points, and \d+ are left"))
    expect(problems.get_by_role("button")).to_have_text(re.compile(r"Try again in \d+ s"))
    picture(explorer)
    problems.get_by_role("button", name="Try again", exact=True).click()
    expect(explorer.locator("tbody tr")).to_have_count(120)
    expect(problems).to_have_count(0)
