"""Editing a flow: bad input, conflicts, both views, and what a person must not lose."""

import asyncio
from typing import Any

import httpx
import pytest

from abandoned_checkouts.store.flows.flows import find_flow, list_flows, version_of
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.control.conftest import Desk
from tests.merchant.test_flow_page import NESTED
from tests.merchant.test_flows import TWO, stored
from tests.merchant.test_users import as_owner

NEW, CHECK, MAIL = "/merchant/flows/new", "/merchant/flows/check", "/merchant/flows/mail"
FORM = {"mode": "form", "name": "Mine", "trigger": "abandoned", "consent": "not_refused", "newer_than_days": "2"}
STEP = {"kind-0": "send_email", "wait-0": "1", "unit-0": "hour"}


@pytest.fixture
async def secret(desk: Desk) -> str:
    return await as_owner(desk)


async def post(desk: Desk, secret: str, path: str, **values: str) -> httpx.Response:
    return await desk.client.post(path, data={"form_key": secret, **values})


async def flow_of(desk: Desk, which: int | str) -> Any:
    async with desk.store.read() as connection:
        return await find_flow(connection, desk.shop, which)


async def test_a_flow_is_created_from_a_form(desk: Desk, secret: str) -> None:
    page = (await desk.client.get(f"{NEW}?from=discount")).text
    assert "COMEBACK10" in page and "thing must be changed" not in page
    step = {**STEP, "subject-0": "Hi {{ first_name }}", "discount_kind-0": "code", "discount-0": "TEN", "least-0": "50"}
    done = await post(desk, secret, NEW, **FORM, **step, holdout="10", minimum_value="20", save="1")
    assert done.status_code == 303 and done.headers["location"].endswith("done=flow_created")
    row = await flow_of(desk, "Mine")
    assert row["is_active"] is False and row["owner_id"] is None
    assert row["definition"] == {
        "name": "Mine",
        "trigger": "abandoned",
        "only_if": {"consent": "not_refused", "minimum_value": "20"},
        "holdout": "10%",
        "steps": [
            {"wait": "1 hour"},
            {
                "if": {"cart": {"value": ">=50"}},
                "then": [{"apply_discount": {"code": "TEN"}}, {"send_email": {"subject": "Hi {{ first_name }}"}}],
            },
        ],
    }
    again = await post(desk, secret, NEW, **FORM, **STEP, save="1")
    assert again.status_code == 409 and "Another flow has this name" in again.text and 'value="Mine"' in again.text


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"name": ""}, "name", "Name must be a text that is not empty"),
        ({"name": "x" * 101}, "name", "has 101 characters; the maximum is 100"),
        ({"wait-0": "soon"}, "wait-0", "&#39;soon hours&#39; is not a duration"),
        ({"until-0": "noon"}, "until-0", "is not a time of day or a weekday"),
        ({"query": "colour:red"}, "query", "colour"),
        ({"minimum_value": "much"}, "minimum_value", "much"),
        ({"least-0": "much"}, "least-0", "write a number or a comparison"),
        ({"exclude": "ada"}, "exclude", "must be a list of addresses"),
        ({"holdout": "150"}, "holdout", "leaves nobody to write to"),
        ({"newer_than_days": "900"}, "newer_than_days", "from 1 to 366"),
        ({"subject-0": "Hi {{ frist_name }}"}, "subject-0", "frist_name is unknown. Did you mean first_name?"),
        ({"template-0": "<p>Hi</p>"}, "template-0", "must contain {{ unsubscribe_link }}"),
        ({"kind-0": "create_task"}, "title-0", "Task must be a text that is not empty"),
        ({"kind-0": "send_notification", "address-0": "shop"}, "address-0", "it must be a URL"),
        ({"discount_kind-0": "code"}, "discount-0", "must be a text that is not empty"),
        ({"kind-0": "dance"}, "kind-0", "Action is unknown; it must be one of"),
        ({"trigger": "later"}, "trigger", "must be one of created, abandoned, updated"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
async def test_what_is_wrong_is_beside_its_field(
    desk: Desk, secret: str, typed: dict[str, str], field: str, message: str
) -> None:
    for button in ("save", "check"):
        page = await post(desk, secret, NEW, **{**FORM, **STEP, **typed, button: "1"})
        assert page.status_code == (422 if button == "save" else 200)
        beside = page.text.partition(f'id="problem-{field}">')[2].partition("</span>")[0]
        assert message in beside, beside
        assert f'href="#field-{field}"' in page.text and f'data-problem="{field}"' in page.text
    async with desk.store.read() as connection:
        assert await list_flows(connection, desk.shop) == []


async def test_a_text_with_errors_shows_line_and_column(desk: Desk, secret: str) -> None:
    text = "name: Mine\nsteps:\n- wait: soon\n- dance: {}\n"
    page = await post(desk, secret, NEW, mode="text", text=text, save="1")
    assert page.status_code == 422 and "Line 3, column 9" in page.text and "Line 4, column 3" in page.text
    assert '<code dir="ltr">- dance: {}</code>' in page.text and "- wait: soon" in page.text
    broken = await post(desk, secret, NEW, mode="text", text="name: [", check="1")
    assert "Line 1, column 8" in broken.text or "Line 2, column 1" in broken.text
    two = await post(
        desk, secret, NEW, mode="text", text="[{name: A, steps: [send_email]}, {name: B, steps: [send_email]}]"
    )
    assert "exactly one flow" in two.text
    huge = await post(desk, secret, NEW, mode="text", text="a" * 70_000, save="1")
    assert huge.status_code == 422 and "the maximum is 65,536" in huge.text


async def test_problems_are_in_the_language_of_the_reader(desk: Desk, secret: str) -> None:
    desk.client.cookies.set("merchant_language", "he")
    page = (await post(desk, secret, CHECK, **{**FORM, **STEP, "name": "", "wait-0": "soon"})).text
    assert "שם לא יכול להיות ריק" in page and "אינו משך זמן" in page and "must be" not in page
    good = (await post(desk, secret, CHECK, **FORM, **STEP)).text
    assert "המתנה של שעה" in good and "Wait" not in good


async def test_the_live_check_is_a_part_of_a_page(desk: Desk, secret: str) -> None:
    page = await post(desk, secret, CHECK, **FORM, **STEP)
    assert page.status_code == 200 and "<html" not in page.text and "Wait 1 hour: send a mail" in page.text
    assert "Set ABANDONED_CHECKOUTS_SMTP_URL" in page.text
    assert (await desk.client.post(CHECK, data={**FORM, **STEP})).status_code == 403


async def test_steps_are_added_moved_and_removed_without_scripts(desk: Desk, secret: str) -> None:
    two = {**FORM, **STEP, "subject-0": "First", "kind-1": "create_task", "title-1": "Second"}
    added = (await post(desk, secret, NEW, **two, add="send_notification")).text
    assert 'name="address-2"' in added and 'name="wait-2" aria-describedby="problem-wait-2" autofocus' in added
    moved = (await post(desk, secret, NEW, **two, up="1")).text
    assert 'name="title-0" aria-describedby="problem-title-0" value="Second"' in moved and 'value="First"' in moved
    removed = (await post(desk, secret, NEW, **two, remove="0")).text
    assert 'name="kind-1"' not in removed and 'value="Second"' in removed and 'value="First"' not in removed
    for wrong in ({"up": "9"}, {"down": "x"}, {"remove": ""}):
        assert 'value="First"' in (await post(desk, secret, NEW, **two, **wrong)).text
    many = {**FORM, **{f"kind-{number}": "send_email" for number in range(20)}}
    assert 'name="kind-20"' not in (await post(desk, secret, NEW, **many, add="send_email")).text
    assert "must be a list of waits and actions" in (await post(desk, secret, NEW, **FORM, save="1")).text


async def test_form_and_text_show_the_same_flow(desk: Desk, secret: str) -> None:
    as_text = (await post(desk, secret, NEW, **FORM, **STEP, as_text="1")).text
    assert "- wait: 1 hour" in as_text and 'name="mode" value="text"' in as_text
    text = "name: Mine\nsteps:\n- send_email: {subject: Hi}\n"
    as_form = (await post(desk, secret, NEW, mode="text", text=text, as_form="1")).text
    assert 'name="mode" value="form"' in as_form and 'value="Hi"' in as_form
    number = await stored(desk, NESTED)
    page = (await desk.client.get(f"/merchant/flows/{number}/edit")).text
    assert 'name="mode" value="text"' in page and "create_task" in page
    kept = await post(desk, secret, NEW, mode="text", text=page_text(page), as_form="1")
    assert "more than the form can show" in kept.text and 'name="mode" value="text"' in kept.text


def page_text(page: str) -> str:
    text = page.partition('<textarea class="code text"')[2].partition(">")[2].partition("</textarea>")[0]
    return text.replace("&#39;", "'").replace("&gt;", ">").replace("&#34;", '"')


async def test_the_second_of_two_people_sees_the_conflict_and_keeps_the_text(desk: Desk, secret: str) -> None:
    number = await stored(desk, TWO)
    path = f"/merchant/flows/{number}/edit"
    version = version_of(await flow_of(desk, number))
    mine = {**FORM, **STEP, "name": "Two & more", "subject-0": "My subject", "version": version, "save": "1"}
    # Turning it on or off meanwhile changes nothing of what it does.
    await post(desk, secret, f"/merchant/flows/{number}", active="1")
    first = await post(desk, secret, path, **{**mine, "subject-0": "Their subject"})
    assert first.headers["location"] == f"/merchant/flows/{number}?done=flow_saved"
    late = await post(desk, secret, path, **mine)
    assert late.status_code == 409 and "Somebody else changed this flow" in late.text
    assert (
        "<mark>    subject: Their subject</mark>" in late.text and "<mark>    subject: My subject</mark>" in late.text
    )
    assert 'value="My subject"' in late.text and "Save my version" in late.text
    assert (await flow_of(desk, number))["definition"]["steps"][1] == {"send_email": {"subject": "Their subject"}}
    shown = late.text.partition('name="version" value="')[2].partition('"')[0]
    saved = await post(desk, secret, path, **{**mine, "version": shown})
    assert saved.status_code == 303
    row = await flow_of(desk, number)
    assert row["definition"]["steps"][1] == {"send_email": {"subject": "My subject"}} and row["is_active"]


async def test_a_flow_that_was_deleted_meanwhile_can_be_saved_as_a_new_one(desk: Desk, secret: str) -> None:
    number = await stored(desk, TWO)
    version = version_of(await flow_of(desk, number))
    await post(desk, secret, f"/merchant/flows/{number}/delete")
    mine = {**FORM, **STEP, "save": "1"}
    late = await post(desk, secret, f"/merchant/flows/{number}/edit", **mine, version=version)
    assert late.status_code == 409 and "Somebody else deleted this flow" in late.text and 'value="Mine"' in late.text
    saved = await post(desk, secret, f"/merchant/flows/{number}/edit", **mine, version="")
    assert saved.status_code == 303 and await flow_of(desk, "Mine") is not None


async def test_two_saves_at_the_same_time_are_one_save_and_one_conflict(desk: Desk, secret: str) -> None:
    number = await stored(desk, TWO)
    version = version_of(await flow_of(desk, number))
    values = [{**FORM, **STEP, "subject-0": text, "version": version, "save": "1"} for text in ("A", "B")]
    path = f"/merchant/flows/{number}/edit"
    answers = await asyncio.gather(*(post(desk, secret, path, **each) for each in values))
    assert sorted(answer.status_code for answer in answers) == [303, 409]


async def test_limits_of_the_shop_are_saved_with_the_flow(desk: Desk, secret: str) -> None:
    limits = {"quiet_hours": "22:00-08:00", "mails_per_week": "5", "was_quiet_hours": "", "was_mails_per_week": "5"}
    bad = await post(desk, secret, NEW, **FORM, **STEP, **{**limits, "quiet_hours": "night"}, save="1")
    assert bad.status_code == 422 and "is not a range of times" in bad.text and 'value="night"' in bad.text
    done = await post(desk, secret, NEW, **FORM, **STEP, **limits, save="1")
    assert done.status_code == 303
    async with desk.store.read() as connection:
        shop = await find_shop(connection, desk.shop.id)
    # What nobody touched is not written.
    assert shop is not None and shop.settings.get("quiet_hours") == "22:00-08:00"
    assert "mails_per_week" not in shop.settings


async def test_a_dry_run_of_what_was_typed(desk: Desk, secret: str) -> None:
    page = await post(desk, secret, NEW, **{"try": "1"}, **FORM, **{**STEP, "wait-0": ""}, exclude="ada@*")
    assert "the address is excluded: 1" in page.text and "Who not, and why" in page.text
    invalid = await post(desk, secret, NEW, **{**FORM, **STEP, "name": "", "try": "1"})
    assert "thing must be changed" in invalid.text and "Who not" not in invalid.text


async def test_the_mail_of_what_was_typed_is_shown_with_an_example_cart(desk: Desk, secret: str) -> None:
    step = {**STEP, "kind-1": "send_email", "message-1": "Use {{ code }} & save"}
    mail = await post(desk, secret, MAIL, **FORM, **step, mail="1", preview_language="he")
    assert mail.status_code == 200 and "Use EXAMPLE10 &amp; save" in mail.text and 'dir="rtl"' in mail.text
    assert "עדה" in mail.text and "key=preview" in mail.text
    assert "frame-ancestors 'self'" in mail.headers["content-security-policy"]
    # A wait that is not finished yet does not hide the mail.
    assert (
        await post(desk, secret, MAIL, **{**FORM, **step, "wait-1": "soon", "name": ""}, mail="1")
    ).status_code == 200
    text = "name: A\nsteps: [send_email, {send_email: {message: Second}}]"
    assert "Second" in (await post(desk, secret, MAIL, mode="text", text=text, mail="1")).text
    for wrong in ({"mail": "7"}, {"mail": "1", "message-1": "{{ nobody }}"}, {"mail": "x", "kind-0": "create_task"}):
        answer = await post(desk, secret, MAIL, **{**FORM, **step, **wrong})
        assert answer.status_code == 422 and "This mail cannot be rendered" in answer.text
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert (await post(desk, secret, MAIL, mode="text", text="name: [", mail="0")).status_code == 422
    desk.client.cookies.set("merchant_language", "he")
    hebrew = (await post(desk, secret, MAIL, **FORM, **{**step, "template-1": "<p>Hi</p>"}, mail="1")).text
    assert "HTML משלכם צריך להכיל" in hebrew and "must" not in hebrew
