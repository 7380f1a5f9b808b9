"""Signing in, versions, sharing, tabs and headers."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ANOTHER, Opener, about, opened_page, sign_in


def test_an_invalid_token_is_reported_below_the_field(explorer: Page, picture: Callable[[Page], Path]) -> None:
    explorer.get_by_label("Shop").select_option(label=ANOTHER)
    dialog = explorer.get_by_role("dialog")
    for wrong in ("shpat_wrong", "shpat_…🙂"):
        dialog.get_by_label("Access token").fill(wrong)
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog.get_by_role("alert")).to_contain_text("not valid for any shop")
    picture(explorer)
    dialog.get_by_role("button", name="Cancel").click()
    expect(explorer.locator("tbody tr").first).to_be_visible()


def test_without_a_demo_shop_the_page_asks_to_sign_in(
    open_context: Opener, server: str, picture: Callable[[Page], Path]
) -> None:
    page = open_context().new_page()
    tokens = page.request.get(f"{server}/explorer/session.json").json()["demoShops"]

    def without_demo(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "demoShops": []})

    page.route("**/explorer/session.json", without_demo)
    page.goto(f"{server}/graphiql")
    picture(page)
    page.get_by_label("Access token").fill(tokens[0]["token"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("tbody tr")
    page.reload()
    page.wait_for_selector("tbody tr")
    # An example changes the document. The editor's delayed work must not fail after the editor is removed.
    page.get_by_role("button", name="Recovery links").click()
    page.get_by_role("button", name="Share").click()
    page.wait_for_url("**/graphiql#query=*")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Access token")).to_be_visible()
    page.wait_for_timeout(800)  # GraphiQL stores a document half a second later
    kept = page.evaluate("[{...localStorage}, {...sessionStorage}].flatMap(Object.entries)")
    empty = [text for name, text in kept if name != "abandoned-checkouts:preferences"]
    assert empty == ["[]", "[]"], kept
    assert "#" not in page.url


def test_signing_out_of_one_shop_opens_an_empty_page_of_the_other(
    open_context: Opener, server: str, other_shop: Callable[[], tuple[str, str]]
) -> None:
    explorer = opened_page(open_context(), server)
    sign_in(explorer, other_shop()[1])
    box = explorer.get_by_role("combobox", name="Search abandoned checkouts")
    box.fill("buyer@one.example")
    explorer.get_by_role("button", name="Search", exact=True).click()
    expect(explorer.locator(".nothing")).to_be_visible()
    explorer.get_by_role("button", name="Sign out").click()
    expect(explorer.locator("tbody tr")).to_have_count(25)
    expect(box).to_have_value("")
    explorer.get_by_role("button", name="Show History").click()
    expect(explorer.locator(".graphiql-history-item")).to_have_count(1)
    assert "buyer@one" not in explorer.content() + explorer.evaluate("JSON.stringify([{...localStorage}])")


def test_version_switch_asks_the_other_version(explorer: Page, picture: Callable[[Page], Path]) -> None:
    versions = explorer.get_by_label("Version")
    other = versions.locator("option").all_inner_texts()[-1].split()[0]
    with explorer.expect_response(about("FindCheckouts")) as answered:
        versions.select_option(other)
    assert answered.value.ok and f"/admin/api/{other}/graphql.json" in answered.value.url
    explorer.wait_for_selector("tbody tr")
    picture(explorer)
    explorer.reload()
    expect(explorer.get_by_label("Version")).to_have_value(other)


def test_shared_link_holds_the_query_and_no_token(explorer: Page, open_context: Opener, server: str) -> None:
    token = explorer.request.get(f"{server}/explorer/session.json").json()["demoShops"][0]["token"]
    explorer.get_by_role("button", name="Recovery links").click()
    expect(explorer.get_by_role("columnheader", name="Recovery link")).to_be_visible()
    explorer.get_by_role("button", name="Share").click()
    explorer.wait_for_url("**/graphiql#query=*")
    assert token not in explorer.url
    other = opened_page(open_context(), explorer.url)
    expect(other.locator(".graphiql-editors .view-lines").first).to_contain_text("RecoveryLinks")
    expect(other.get_by_role("columnheader", name="Recovery link")).to_be_visible()


def test_shared_mutation_is_not_run(explorer: Page, server: str) -> None:
    sent: list[str] = []
    explorer.on("request", lambda one: sent.append(one.post_data or "") if "graphql.json" in one.url else None)
    mutation = 'mutation Drop { savedSearchDelete(input: {id: "x"}) { deletedSavedSearchId } }'
    explorer.goto(f"{server}/graphiql#{urlencode({'query': mutation})}")
    expect(explorer.locator(".graphiql-editors .view-lines").first).to_contain_text("savedSearchDelete")
    explorer.wait_for_timeout(1000)
    assert not [one for one in sent if "savedSearchDelete" in one]


def test_tabs_keep_their_answers(explorer: Page) -> None:
    explorer.get_by_role("button", name="Most abandoned products").click()
    expect(explorer.get_by_role("columnheader", name="Rows")).to_be_visible()
    explorer.get_by_role("button", name="New tab").click()
    expect(explorer.locator("tbody tr")).to_have_count(0)
    explorer.locator(".graphiql-tab-button", has_text="MostAbandonedProducts").click()
    expect(explorer.get_by_role("columnheader", name="Rows")).to_be_visible()


def test_own_headers_are_sent_and_kept(explorer: Page) -> None:
    explorer.get_by_role("button", name="Headers", exact=True).click()
    editor = explorer.get_by_role("region", name="Headers")
    editor.locator(".view-lines").last.click()
    explorer.keyboard.insert_text('{"Shopify-Search-Query-Debug": "1"')  # the editor closes the brace
    for _ in range(100):  # GraphiQL stores headers half a second later
        if "Query-Debug" in explorer.evaluate("localStorage['graphiql:tabState'] ?? ''"):
            break
        explorer.wait_for_timeout(100)
    explorer.reload()
    explorer.wait_for_selector("tbody tr")
    with explorer.expect_request(about("FindCheckouts")) as sent:
        explorer.get_by_role("button", name="Execute query").click()
    assert sent.value.headers.get("shopify-search-query-debug") == "1"
