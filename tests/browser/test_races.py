"""What comes late, in another order, or not at all: no answer is shown to whom it does not belong."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import DESKTOP, GRAPHQL, Opener, about, opened_page, sign_in

FIND = "FindCheckouts"
THROTTLED = {
    "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    "extensions": {
        "cost": {
            "requestedQueryCost": 10,
            "actualQueryCost": None,
            "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 9, "restoreRate": 100.0},
        }
    },
}


@contextmanager
def held(page: Page, said: str) -> Iterator[list[Route]]:
    """Holds back every question with `said` in it until the block ends."""
    routes: list[Route] = []
    ended = False

    def hold(route: Route) -> None:
        if ended or said not in route.request.url + (route.request.post_data or ""):
            route.continue_()
        else:
            routes.append(route)

    page.route(GRAPHQL, hold)
    yield routes
    ended = True
    for route in routes:
        route.continue_()
    page.unroute(GRAPHQL)


def refuse_once(page: Page, said: str) -> None:
    """The next question with `said` in it is throttled; what comes after it is not."""
    refused: list[str] = []

    def refuse(route: Route) -> None:
        if refused or said not in (route.request.post_data or ""):
            route.continue_()
        else:
            refused.append(said)
            route.fulfill(json=THROTTLED)

    page.route(GRAPHQL, refuse)


def test_page_that_comes_late_is_not_appended(explorer: Page) -> None:
    with held(explorer, "after:"):
        with explorer.expect_request(about("after:")):
            explorer.get_by_role("button", name="Next page").click()
        with explorer.expect_event("requestfailed", about("after:")):
            explorer.get_by_role("button", name="Recovery links").click()
        expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
        expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.get_by_role("button", name="Next page")).to_be_enabled()


def test_answer_belongs_to_the_tab_that_asked(explorer: Page) -> None:
    explorer.get_by_role("button", name="JSON").click()
    shown = explorer.locator(".result-window .view-lines")
    asked = about("ProductsLeftMost")
    with explorer.expect_event("requestfinished", asked), held(explorer, "ProductsLeftMost"):
        explorer.get_by_role("button", name="Products left most").click()
        explorer.get_by_role("button", name="New tab").click()
        expect(explorer.get_by_role("tab")).to_have_count(2)
    expect(shown).to_have_text("")
    explorer.get_by_role("tab", name="ProductsLeftMost").click()
    expect(shown).to_contain_text("lineItems")
    explorer.get_by_role("button", name="Table").click()
    expect(explorer.get_by_role("columnheader", name="Times")).to_be_visible()


def test_present_answer_is_not_listed_as_the_next_one(explorer: Page) -> None:
    with held(explorer, "CustomersToCall"):
        with explorer.expect_request(about("CustomersToCall")):
            explorer.get_by_role("button", name="Customers to call").click()
        expect(explorer.locator("tbody tr")).to_have_count(25)
        expect(explorer.get_by_label("Only with telephone")).to_have_count(0)
    expect(explorer.get_by_label("Only with telephone")).to_be_visible()


def test_one_click_after_another_shows_the_last(explorer: Page) -> None:
    titles = ("Products left most", "Customers to call", "Recovery links")
    with held(explorer, "ProductsLeftMost"):
        for title in titles:
            explorer.get_by_role("button", name=title).click()
        expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
    expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
    expect(explorer.get_by_role("button", name="Execute query")).to_be_visible()
    expect(explorer.locator(".busy")).to_have_text("")


def test_other_shop_sees_nothing_of_it(
    open_context: Opener, server: str, other_shop: Callable[[], tuple[str, str]]
) -> None:
    explorer = opened_page(open_context(), server)
    name, token = other_shop()
    explorer.get_by_role("button", name="New tab").click()
    with held(explorer, "shpat_demo"), held(explorer, "RecoveryLinks"):
        with explorer.expect_request(about("RecoveryLinks")):
            explorer.get_by_role("button", name="Recovery links").click()
        with explorer.expect_event("requestfailed", about("RecoveryLinks")):
            sign_in(explorer, token)
    expect(explorer.locator(".nothing")).to_have_text("Nothing was found.")
    expect(explorer.get_by_label("Shop").locator("option:checked")).to_have_text(name)
    explorer.get_by_role("button", name="JSON").click()
    explorer.get_by_role("tab", name=FIND).click()
    expect(explorer.locator(".result-window .view-lines")).to_have_text("")


def test_version_switch_takes_the_running_query_back(explorer: Page) -> None:
    versions = explorer.get_by_label("Version")
    before, other = versions.input_value(), versions.locator("option").all_inner_texts()[-1].split()[0]
    with held(explorer, f"/{before}/"):
        with explorer.expect_request(about(FIND)):
            explorer.get_by_role("button", name="Search").click()
        with explorer.expect_event("requestfailed", about(FIND)), explorer.expect_response(about(FIND)) as answered:
            versions.select_option(other)
        assert f"/{other}/" in answered.value.url
        expect(explorer.locator(".busy")).to_have_text("")


def test_stop_takes_the_query_back(explorer: Page) -> None:
    with held(explorer, FIND), explorer.expect_event("requestfailed", about(FIND)):
        explorer.get_by_role("button", name="Execute query").click()
        explorer.get_by_role("button", name="Stop query").click()
    expect(explorer.locator(".busy")).to_have_text("")
    explorer.get_by_role("button", name="Execute query").click()
    expect(explorer.locator("tbody tr")).to_have_count(25)


def test_throttled_question_is_repeated_as_it_was(explorer: Page, server: str) -> None:
    document = "query Some($many: Int) { abandonedCheckouts(first: $many) { nodes { name } } }"
    refuse_once(explorer, "query Some")
    explorer.goto(f"{server}/#{urlencode({'query': document, 'variables': json.dumps({'many': 7})})}")
    again = explorer.locator(".problems").get_by_role("button", name="Try again", exact=True)
    with explorer.expect_request(about("query Some")) as asked:
        again.click()
    assert asked.value.post_data_json["variables"] == {"many": 7}
    expect(explorer.locator("tbody tr")).to_have_count(7)
    expect(explorer.get_by_role("tab")).to_have_count(1)


def test_throttled_page_leaves_the_rows_and_is_asked_again(explorer: Page) -> None:
    refuse_once(explorer, "after:")
    explorer.get_by_role("button", name="Next page").click()
    again = explorer.locator(".problems").get_by_role("button", name="Try again", exact=True)
    expect(again).to_be_enabled()
    expect(explorer.locator("tbody tr")).to_have_count(25)
    with explorer.expect_request(about("after:")):
        again.click()
    expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.locator(".problems")).to_have_count(0)


def test_part_that_cannot_be_loaded_is_told(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.route("**/assets/Editor-*.js", lambda route: route.abort())
    page.goto(server)
    expect(page.get_by_role("alert")).to_contain_text("Load the page anew")
    expect(page.get_by_role("combobox", name="Search abandoned checkouts")).to_be_visible()
    context.close()
