"""Late, reordered and missing responses: a response is shown only in its own tab and shop."""

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
def held(page: Page, text: str) -> Iterator[list[Route]]:
    """Delays every request that contains `text` until the block ends."""
    routes: list[Route] = []
    ended = False

    def hold(route: Route) -> None:
        if ended or text not in route.request.url + (route.request.post_data or ""):
            route.continue_()
        else:
            routes.append(route)

    page.route(GRAPHQL, hold)
    yield routes
    ended = True
    for route in routes:
        route.continue_()
    page.unroute(GRAPHQL)


def refuse_once(page: Page, text: str) -> None:
    """Throttles the next request that contains `text`, and no later one."""
    refused: list[str] = []

    def refuse(route: Route) -> None:
        if refused or text not in (route.request.post_data or ""):
            route.continue_()
        else:
            refused.append(text)
            route.fulfill(json=THROTTLED)

    page.route(GRAPHQL, refuse)


def test_a_late_page_is_not_appended(explorer: Page) -> None:
    with held(explorer, "after:"):
        with explorer.expect_request(about("after:")):
            explorer.get_by_role("button", name="Next page").click()
        with explorer.expect_event("requestfailed", about("after:")):
            explorer.get_by_role("button", name="Recovery links").click()
        expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
        expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.get_by_role("button", name="Next page")).to_be_enabled()


def test_a_response_is_shown_in_its_own_tab(explorer: Page) -> None:
    explorer.get_by_role("button", name="JSON").click()
    shown = explorer.locator(".result-window .view-lines")
    request = about("MostAbandonedProducts")
    with explorer.expect_event("requestfinished", request), held(explorer, "MostAbandonedProducts"):
        explorer.get_by_role("button", name="Most abandoned products").click()
        explorer.get_by_role("button", name="New tab").click()
        expect(explorer.locator(".graphiql-tab-button")).to_have_count(2)
    expect(shown).to_have_text("")
    explorer.locator(".graphiql-tab-button", has_text="MostAbandonedProducts").click()
    expect(shown).to_contain_text("lineItems")
    explorer.get_by_role("button", name="Table").click()
    expect(explorer.get_by_role("columnheader", name="Rows")).to_be_visible()


def test_the_present_response_keeps_its_filters(explorer: Page) -> None:
    with held(explorer, "CustomersToCall"):
        with explorer.expect_request(about("CustomersToCall")):
            explorer.get_by_role("button", name="Customers to call").click()
        expect(explorer.locator("tbody tr")).to_have_count(25)
        expect(explorer.get_by_label("Only with phone")).to_have_count(0)
    expect(explorer.get_by_label("Only with phone")).to_be_visible()


def test_of_several_clicks_the_last_is_shown(explorer: Page) -> None:
    titles = ("Most abandoned products", "Customers to call", "Recovery links")
    with held(explorer, "MostAbandonedProducts"):
        for title in titles:
            explorer.get_by_role("button", name=title).click()
        expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
    expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
    expect(explorer.get_by_role("button", name="Execute query")).to_be_visible()
    expect(explorer.locator(".busy")).to_have_text("")


def test_another_shop_does_not_see_the_response(
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
    expect(explorer.locator(".nothing")).to_have_text("No results.")
    expect(explorer.get_by_label("Shop").locator("option:checked")).to_have_text(name)
    explorer.get_by_role("button", name="JSON").click()
    explorer.locator(".graphiql-tab-button", has_text=FIND).click()
    expect(explorer.locator(".result-window .view-lines")).to_have_text("")


def test_a_change_of_version_cancels_the_running_query(explorer: Page) -> None:
    versions = explorer.get_by_label("Version")
    before, other = versions.input_value(), versions.locator("option").all_inner_texts()[-1].split()[0]
    with held(explorer, f"/{before}/"):
        with explorer.expect_request(about(FIND)):
            explorer.get_by_role("button", name="Search").click()
        with explorer.expect_event("requestfailed", about(FIND)), explorer.expect_response(about(FIND)) as answered:
            versions.select_option(other)
        assert f"/{other}/" in answered.value.url
        expect(explorer.locator(".busy")).to_have_text("")


def test_stop_cancels_the_query(explorer: Page) -> None:
    with held(explorer, FIND), explorer.expect_event("requestfailed", about(FIND)):
        explorer.get_by_role("button", name="Execute query").click()
        explorer.get_by_role("button", name="Stop query").click()
    expect(explorer.locator(".busy")).to_have_text("")
    explorer.get_by_role("button", name="Execute query").click()
    expect(explorer.locator("tbody tr")).to_have_count(25)


def test_a_throttled_query_is_repeated_unchanged(explorer: Page, server: str) -> None:
    document = "query Some($many: Int) { abandonedCheckouts(first: $many) { nodes { name } } }"
    refuse_once(explorer, "query Some")
    explorer.goto(f"{server}/graphiql#{urlencode({'query': document, 'variables': json.dumps({'many': 7})})}")
    again = explorer.locator(".problems").get_by_role("button", name="Try again", exact=True)
    with explorer.expect_request(about("query Some")) as repeated:
        again.click()
    assert repeated.value.post_data_json["variables"] == {"many": 7}
    expect(explorer.locator("tbody tr")).to_have_count(7)
    expect(explorer.locator(".graphiql-tab-button")).to_have_count(1)


def test_a_throttled_page_keeps_the_rows_and_can_be_repeated(explorer: Page) -> None:
    refuse_once(explorer, "after:")
    explorer.get_by_role("button", name="Next page").click()
    again = explorer.locator(".problems").get_by_role("button", name="Try again", exact=True)
    expect(again).to_be_enabled()
    expect(explorer.locator("tbody tr")).to_have_count(25)
    with explorer.expect_request(about("after:")):
        again.click()
    expect(explorer.locator("tbody tr")).to_have_count(50)
    expect(explorer.locator(".problems")).to_have_count(0)


def test_a_part_that_cannot_be_loaded_is_reported(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.route("**/assets/Editor-*.js", lambda route: route.abort())
    page.goto(f"{server}/graphiql")
    expect(page.get_by_role("alert")).to_contain_text("Reload the page")
    expect(page.get_by_role("combobox", name="Search abandoned checkouts")).to_be_visible()
    context.close()
