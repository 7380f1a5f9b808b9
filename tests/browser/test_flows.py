"""The pages of flows in Chromium: accessible, by keyboard, while typing, without a connection, without scripts."""

import json
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opener, Scheme
from tests.browser.test_merchant import PHONE, RULES

NEW = "/merchant/flows/new"
CHECK = "**/merchant/flows/check"


@pytest.fixture
def editor(open_context: Opener, server: str) -> Page:
    """A new flow of a template, in the browser of an owner."""
    page = open_context().new_page()
    page.goto(f"{server}{NEW}?from=reminder")
    return page


def flow_address(page: Page, server: str) -> str:
    page.goto(f"{server}/merchant/flows")
    address = page.get_by_role("link", name="Two reminders", exact=True).get_attribute("href")
    assert address is not None
    return address


@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en"), ("dark", 390, "he")], ids=str)
def test_every_page_of_flows_is_accessible_and_fits(
    open_context: Opener, server: str, scheme: Scheme, width: int, locale: str
) -> None:
    page = open_context(
        viewport={**PHONE, "width": width}, color_scheme=scheme, locale=locale, bypass_csp=True
    ).new_page()
    flow = flow_address(page, server)
    for path in (
        "/merchant/flows",
        flow,
        f"{flow}/edit",
        f"{flow}/edit?as=text",
        f"{flow}/dry-run",
        f"{flow}/delete",
        f"{NEW}?from=discount",
    ):
        page.goto(f"{server}{path}")
        check(page, width, path)
    page.goto(f"{server}{flow}/dry-run")
    with page.expect_navigation():
        page.locator("form[action$='/dry-run'] button").click()
    expect(page.locator(".tried").first).to_be_visible()
    check(page, width, "result of a dry run")
    page.goto(f"{server}{NEW}?from=discount")
    # With problems, and a dry run beside the form.
    page.get_by_role("textbox").first.fill("")
    page.locator("button[name=check]").click()
    expect(page.locator(".problem").first).to_be_visible()
    check(page, width, "problems")


def check(page: Page, width: int, where: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert not found, where + json.dumps(
        [(rule["id"], [(node["target"], node["html"]) for node in rule["nodes"]]) for rule in found]
    )


def test_a_flow_is_made_by_keyboard_alone(open_context: Opener, server: str) -> None:
    page = open_context().new_page()
    page.goto(f"{server}/merchant/flows")
    page.get_by_role("link", name="Call list").press("Enter")
    page.wait_for_url("**/flows/new?from=calls")
    name = page.get_by_label("Name", exact=True)
    name.press("ControlOrMeta+a")
    page.keyboard.type("By keyboard")
    page.get_by_role("button", name="Add a mail").press("Enter")
    # The field of the new step has the focus.
    expect(page.locator("[name=wait-1]")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The flow is saved")
    page.get_by_role("button", name="Turn on: By keyboard").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The flow is on")
    page.get_by_role("link", name="Overview").press("Enter")
    expect(page.get_by_role("region", name="Running flows")).to_contain_text("By keyboard")


def test_what_is_typed_is_checked_and_explained(editor: Page) -> None:
    checked = editor.locator("#checked")
    wait = editor.locator("[name=wait-0]")
    expect(checked).to_contain_text("Wait 1 hour")
    wait.fill("2")
    expect(checked).to_contain_text("Wait 2 hours")
    wait.fill("soon")
    expect(editor.locator("#problem-wait-0")).to_contain_text("is not a duration")
    expect(wait).to_have_attribute("aria-invalid", "true")
    wait.fill("3")
    expect(editor.locator("#problem-wait-0")).to_be_empty()
    expect(wait).not_to_have_attribute("aria-invalid", "true")
    editor.get_by_label("Action").select_option(label="Create a task")
    expect(editor.get_by_label("Task", exact=True)).to_be_visible()
    expect(editor.get_by_label("Subject")).to_be_hidden()


def test_a_late_answer_does_not_replace_a_newer_one(editor: Page) -> None:
    def late(route: Route) -> None:
        if "wait-0=7&" in (route.request.post_data or ""):
            answer = route.fetch()
            time.sleep(1)
            route.fulfill(response=answer)
        else:
            route.continue_()

    editor.route(CHECK, late)
    wait, checked = editor.locator("[name=wait-0]"), editor.locator("#checked")
    with editor.expect_request(CHECK):
        wait.fill("7")
    with editor.expect_response(lambda response: "wait-0=7&" in (response.request.post_data or "")):
        wait.fill("9")
        expect(checked).to_contain_text("Wait 9 hours")
    expect(checked).to_contain_text("Wait 9 hours")
    assert "Wait 7 hours" not in checked.inner_text()


def test_a_lost_connection_keeps_what_was_typed(open_context: Opener, server: str) -> None:
    context = open_context()
    page = context.new_page()
    page.goto(f"{server}{NEW}?from=reminder")
    page.get_by_role("button", name="Add a task").click()
    context.set_offline(True)
    page.get_by_label("Task", exact=True).last.fill("Call them")
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    context.set_offline(False)
    page.goto("about:blank")
    page.goto(f"{server}{NEW}?from=reminder")
    expect(page.get_by_text("This is what you typed here before")).to_be_visible()
    expect(page.locator("[name=title-1]")).to_have_value("Call them")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("[name=kind-1]")).to_have_count(0)
    expect(page.get_by_text("This is what you typed here before")).to_be_hidden()


def test_two_people_edit_one_flow(open_context: Opener, server: str) -> None:
    first, second = (open_context().new_page() for _ in range(2))
    first.goto(f"{server}{NEW}?from=reminder")
    first.get_by_label("Name", exact=True).fill("Ours")
    first.locator(".save-bar [name=save]").click()
    first.get_by_role("link", name="Edit", exact=True).click()
    second.goto(first.url)
    for page, subject in ((first, "Mine"), (second, "Yours")):
        page.get_by_label("Subject").fill(subject)
        page.locator(".save-bar [name=save]").click()
    conflict = second.get_by_role("alert").filter(has_text="Somebody else changed this flow")
    expect(conflict).to_contain_text("subject: Mine")
    expect(conflict).to_contain_text("subject: Yours")
    expect(second.get_by_label("Subject")).to_have_value("Yours")
    second.get_by_role("button", name="Save my version").click()
    expect(second.get_by_role("status")).to_contain_text("The flow is saved")
    # A draft is gone after it was saved.
    second.get_by_role("link", name="Edit", exact=True).click()
    expect(second.get_by_label("Subject")).to_have_value("Yours")
    expect(second.get_by_text("This is what you typed here before")).to_be_hidden()


def test_a_flow_is_edited_without_scripts(open_context: Opener, server: str) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(f"{server}{NEW}?from=empty")
    page.locator(".save-bar [name=save]").click()
    expect(page.locator("#problem-name")).to_contain_text("must be a text that is not empty")
    page.get_by_label("Name", exact=True).fill("No scripts")
    page.get_by_role("button", name="Show this mail").click()
    expect(page.frame_locator("iframe[name=mail]").get_by_text("Example product", exact=True)).to_be_visible()
    page.get_by_role("button", name="Edit as text (YAML)").click()
    text = page.get_by_label("The flow as YAML")
    text.fill(re.sub("wait: 1 hour", "wait: soon", text.input_value()))
    page.locator(".save-bar [name=save]").click()
    expect(page.locator("#checked")).to_contain_text("Line 6, column 9")
    text.fill(re.sub("wait: soon", "wait: 2 days", text.input_value()))
    page.locator(".save-bar [name=save]").click()
    expect(page.get_by_text("The flow is saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="No scripts")).to_be_visible()
