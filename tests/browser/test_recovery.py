"""The recovery page: on a phone, in a right-to-left language, without JavaScript, and its accessibility."""

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe

from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.recovery.languages import CATALOGUES
from tests.browser.conftest import Opener

PHONE = {"width": 360, "height": 740}
QUERY = """{ abandonedCheckouts(first: 1, reverse: true, sortKey: CREATED_AT, query: "recovery_state:not_recovered") {
  nodes { abandonedCheckoutUrl lineItems(first: 1) { nodes { title } } } } }"""


@pytest.fixture(scope="module")
def checkout(server: str) -> tuple[str, str]:
    """The recovery link of the latest checkout without its language, and the title of its first line."""
    headers = {"X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json"}
    request = Request(f"{server}/admin/api/2026-10/graphql.json", json.dumps({"query": QUERY}).encode(), headers)
    with urlopen(request, timeout=20) as answer:
        [node] = json.load(answer)["data"]["abandonedCheckouts"]["nodes"]
    return node["abandonedCheckoutUrl"].partition("&locale=")[0], node["lineItems"]["nodes"][0]["title"]


@pytest.mark.parametrize("locale", ["he", "de", "fr"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_page_fits_and_needs_no_javascript(
    open_context: Opener, checkout: tuple[str, str], tmp_path: Path, locale: str, width: int
) -> None:
    link, title = checkout
    context = open_context(viewport={**PHONE, "width": width}, java_script_enabled=False, locale="en-US")
    page = context.new_page()
    assert page.goto(f"{link}&locale={locale}") is not None
    assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "he" else "ltr")
    assert page.get_by_text(title).first.is_visible()
    main, button = page.locator("main").bounding_box(), page.locator(".button").bounding_box()
    assert main is not None and button is not None
    assert main["width"] <= width and button["x"] >= 0 and button["x"] + button["width"] <= width
    assert button["height"] >= 44, "a thumb needs 44 pixels"
    for place in page.locator(".price, .sums dd, h1").all():
        box = place.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width, place.inner_text()


@pytest.mark.parametrize("locale", CATALOGUES)
def test_long_amounts_fit_a_small_phone(open_context: Opener, checkout: tuple[str, str], locale: str) -> None:
    page = open_context(viewport={**PHONE, "width": 320}, locale="en-US", bypass_csp=True).new_page()
    page.goto(f"{checkout[0]}&locale={locale}")
    for amount in ("1.680,36\u00a0SEK", "Rp\u00a0123.456.789,00", "123.456.789.012.345.678,00\u00a0IDR"):
        page.evaluate(
            "amount => document.querySelectorAll('.price, .sums dd').forEach(each => (each.textContent = amount))",
            amount,
        )
        for place in page.locator(".name, .price, .sums dt, .sums dd").all():
            box = place.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 320, place.inner_text()
            assert place.evaluate("each => each.scrollWidth <= each.clientWidth"), place.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["cart", "missing"])
def test_the_page_is_accessible(
    open_context: Opener, server: str, checkout: tuple[str, str], path: str, scheme: str
) -> None:
    context = open_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    context.request.post(f"{server}/merchant/sign-in", form={"token": TOKEN, "next": "/merchant"})
    link, _ = checkout
    address = {"cart": f"{link}&locale=he", "missing": f"{server}/merchant/checkouts/1"}.get(path, f"{server}{path}")
    if path == "missing":
        # The browser reports every 404 as an error, and this one is expected.
        text = context.request.get(address).text()
        page.route(address, lambda route: route.fulfill(status=200, content_type="text/html", body=text))
    page.goto(address)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert not found.response["violations"], found.generate_report()
