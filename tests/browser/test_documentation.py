"""The documentation in Chromium: axe finds nothing on any page, and no page is wider than a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

from abandoned_checkouts.documentation.pages import read_pages


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")], ids=["desktop", "phone, dark"])
def test_the_pages_are_accessible_and_fit(browser: Browser, server: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport=ViewportSize(width=width, height=900), color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        for address in ["/docs?q=mail", "/docs", "/docs/testing", "/docs/access", "/docs/scenarios"]:
            page.goto(f"{server}{address}")
            found = Axe().run(page)
            assert [(address, each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
        for name in read_pages():
            page.goto(f"{server}/docs/{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    finally:
        context.close()


def test_a_search_leads_to_its_section(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}/docs")
    page.get_by_role("searchbox").fill("legal hold")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Legal hold").press("Enter")
    page.wait_for_url("**/docs/retention#legal-hold")
    page.close()
