"""Ten questions of a merchant, answered by keyboard only, on a desktop and on a phone; axe finds nothing on the way.

docs/merchant.md lists the questions.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.test_merchant import PHONE, check_page

# The focused element is reached by Tab, so a test that cannot get there by keyboard fails.
TO = """(element) => { const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
  return element.tabIndex >= 0 && all.includes(element) && element.getClientRects().length > 0; }"""


class Merchant:
    """Somebody with a keyboard and no pointer."""

    def __init__(self, page: Page, server: str, width: int) -> None:
        self.page, self.server, self.width = page, server, width

    def go(self, path: str) -> None:
        self.page.goto(f"{self.server}{path}")

    def reach(self, selector: str) -> None:
        """Moves the focus to a control that Tab reaches. On a phone, it must be in sight then."""
        control = self.page.locator(selector).first
        assert control.evaluate(TO), f"{selector} cannot be reached by keyboard"
        control.focus()
        assert control.evaluate("(element) => element === document.activeElement"), selector
        left = control.evaluate("(element) => element.getBoundingClientRect().left")
        assert 0 <= left < self.width, f"{selector} is not in sight"

    def press(self, selector: str) -> None:
        """Presses Enter on a link or button, and checks the page that it leads to."""
        self.reach(selector)
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")
        check_page(self.page, self.width, f"after {selector}")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def merchant(request: pytest.FixtureRequest, open_context: Opener, server: str) -> Merchant:
    context = open_context(viewport={**PHONE, "width": request.param}, bypass_csp=True)
    return Merchant(context.new_page(), server, request.param)


def rows_of(page: Page) -> int:
    """The number of the whole result, in the last row of the list."""
    return int(re.sub(r"\D", "", page.locator("tfoot th").first.inner_text()))


def test_what_was_lost_which_products_and_which_step_recovers(merchant: Merchant) -> None:
    merchant.go("/?period=90")
    lost = ".tile:has-text('Lost value')"
    assert merchant.text(f"{lost} .figure").startswith("$")
    number = int(re.sub(r"\D", "", merchant.text(f"{lost} dd.small")))
    merchant.press(f"{lost} .figure a")
    assert rows_of(merchant.page) == number
    merchant.go("/?period=90")
    merchant.reach("a.skip[href='#products']")
    counted = merchant.text(".products tbody td a")
    merchant.press(".products tbody td a")
    assert rows_of(merchant.page) == int(counted)
    merchant.go("/?period=90")
    steps = "section:has(h2:has-text('Flow steps')) tbody tr"
    recovered = merchant.text(f"{steps} td[data-label=Recovered] a")
    merchant.press(f"{steps} td[data-label='Recovered value'] a")
    assert rows_of(merchant.page) == int(recovered)


def test_every_number_of_the_heat_map_is_that_of_its_list(merchant: Merchant) -> None:
    merchant.go("/?period=90")
    cell = merchant.page.locator(".heat tbody td:not(.end) a").last
    number, address = int(cell.inner_text()), cell.get_attribute("href")
    merchant.go(address or "")
    assert rows_of(merchant.page) == number


def test_who_to_call_what_they_got_and_a_reminder(merchant: Merchant) -> None:
    merchant.go("/merchant/checkouts?query=recovery_state%3Anot_recovered+email_state%3Anot_sent")
    merchant.press("thead a:has-text('Total')")
    merchant.press("tbody th a")
    phone_or_mail = merchant.page.locator("a[href^='tel:'], a[href^='mailto:']").first
    expect(phone_or_mail).to_be_visible()
    merchant.press("a:has-text('Send a reminder')")
    expect(merchant.page.locator("iframe")).to_be_visible()
    merchant.go("/merchant/outbox")
    merchant.press("main a[href*='/mails/']")
    expect(merchant.page.locator("iframe")).to_be_visible()


def test_a_flow_is_turned_on_and_off(merchant: Merchant) -> None:
    merchant.go("/merchant/flows")
    merchant.press("button:has-text('Turn on')")
    expect(merchant.page.get_by_role("status")).to_contain_text("The flow is on")
    merchant.press("button:has-text('Turn off')")
    expect(merchant.page.get_by_role("status")).to_contain_text("The flow is off")


def test_last_month_is_exported(merchant: Merchant) -> None:
    merchant.go("/merchant/checkouts")
    merchant.press("a:has-text('Last month')")
    count = rows_of(merchant.page)
    merchant.press("form[action='/merchant/exports'] button")
    merchant.page.get_by_role("link", name="Download the file").wait_for()
    expect(merchant.page.get_by_text(re.compile(rf"^{count:,} checkouts? (is|are) written"))).to_be_visible()


def test_ten_are_closed_and_opened_again(merchant: Merchant) -> None:
    for action, state in (("Close", "open"), ("Reopen", "closed")):
        merchant.go(f"/merchant/checkouts?query=status%3A{state}&sort=-updated")
        boxes = merchant.page.locator("tbody input[type=checkbox]")
        for place in range(10):
            boxes.nth(place).focus()
            merchant.page.keyboard.press("Space")
        merchant.reach("select[name=action]")
        merchant.page.keyboard.type(action)
        merchant.press("form[action='/merchant/checkouts/actions'] button[type=submit]")
        merchant.press("main button:has-text('Confirm')")
        expect(merchant.page.get_by_role("status")).to_contain_text("10 checkouts are changed")


def test_why_a_mail_was_not_sent(merchant: Merchant) -> None:
    merchant.go("/?period=90")
    skipped = "section:has(h2:has-text('Skipped steps')) td a"
    merchant.reach(skipped)
    merchant.press(skipped)
    merchant.press("tbody th a")
    expect(merchant.page.locator(".timeline")).to_be_visible()


def test_a_lost_connection_keeps_a_note(open_context: Opener, server: str) -> None:
    context = open_context()
    page = context.new_page()
    page.goto(f"{server}/merchant/checkouts")
    page.locator("tbody th a").first.click()
    note = page.get_by_label("Write a note")
    note.fill("Call on Monday")
    context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Save the note").click(no_wait_after=True)
    # Chromium's own page for a failed request. Without waiting for it, it would end the next request.
    page.wait_for_function("location.protocol === 'chrome-error:'")
    context.set_offline(False)
    page.goto(f"{server}/merchant/checkouts")
    page.locator("tbody th a").first.click()
    expect(page.get_by_label("Write a note")).to_have_value("Call on Monday")
