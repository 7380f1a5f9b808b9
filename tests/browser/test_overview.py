"""The overview in Chromium: on a desktop, on a phone, in the dark, without scripts, in Hebrew; axe finds nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)


@pytest.mark.parametrize("path", ["/?period=90", "/?period=today", "/merchant/definitions"])
@pytest.mark.parametrize(
    ("viewport", "scheme", "locale"),
    [(DESKTOP, "light", "en"), (PHONE, "light", "en"), (DESKTOP, "dark", "he")],
    ids=["desktop", "phone", "dark, Hebrew"],
)
def test_the_page_is_accessible_and_fits(
    browser: Browser, server: str, path: str, viewport: ViewportSize, scheme: str, locale: str
) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale=locale)  # type: ignore[arg-type]
    try:
        page, problems = context.new_page(), []
        page.on("console", lambda message: problems.append(message.text))
        page.goto(f"{server}{path}")
        found = Axe().run(page)
        assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert problems == []
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_shade_of_the_heat_map_has_enough_contrast(browser: Browser, server: str, scheme: str) -> None:
    """The numbers of the shop decide which shades a page has, so this test sets all of them."""
    context = browser.new_context(viewport=DESKTOP, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(f"{server}/?period=90")
        page.evaluate(
            """document.querySelectorAll(".heat tbody td:not(.end)").forEach((cell, place) => {
              cell.className = `shade${place % 6}`;
              cell.textContent = "12";
            })"""
        )
        found = Axe().run(page, context=".heat", options={"runOnly": ["color-contrast"]}).response
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        passed = {node["html"] for each in found["passes"] for node in each["nodes"]}
        assert {f'<td class="shade{number}">12</td>' for number in range(6)} <= passed
    finally:
        context.close()


def test_it_works_by_keyboard_and_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{server}/")
        page.get_by_role("link", name="90 days").press("Enter")
        page.wait_for_url("**/?period=90")
        number = page.locator(".figure a").first
        counted = number.inner_text()
        assert int(counted) > 0
        page.get_by_text("Numbers of each day").first.click()
        assert page.get_by_role("table").first.is_visible()
        number.press("Enter")
        page.wait_for_url("**/merchant/checkouts?query=*")
        assert "abandoned_at" in page.get_by_role("textbox", name="Search").input_value()
    finally:
        context.close()
