"""The forms of settings: what is saved, what is refused, two people at once, and the test of the mail server."""

import re
from email.message import EmailMessage
from html import unescape

import httpx
import pytest

from abandoned_checkouts.checkouts.mail_problems import SENTENCES, MailProblemKind, reason_of
from abandoned_checkouts.checkouts.settings import SETTINGS
from abandoned_checkouts.merchant.mail_advice import ADVICE
from abandoned_checkouts.merchant.words import words_of
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.mail_server import MailProblem
from tests.control.conftest import Desk
from tests.intake.messages import START
from tests.merchant.test_reminder import Tray
from tests.merchant.test_reminder import tray as tray  # The fixture.
from tests.merchant.test_users import as_owner

FORMS = {"shop": "/merchant/settings", "mail": "/merchant/settings/mail", "retention": "/merchant/settings/retention"}


def filled_in(page: httpx.Response) -> dict[str, str | list[str]]:
    """The fields of the first form, as a browser without scripts sends them."""
    form = page.text.partition('class="settings"')[2].partition("</form>")[0]
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" not in attributes or " hidden " in tag:
            continue
        if attributes.get("type") == "checkbox":
            if " checked" in tag:
                found.setdefault(attributes["name"], []).append(attributes["value"])  # type: ignore[union-attr]
        else:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for select in re.findall(r'<select[^>]* name="(\w+)".*?</select>', form):
        chosen = re.search(rf'name="{select}"[^>]*>.*?<option value="([^"]*)" selected', form, re.DOTALL)
        found[select] = chosen[1] if chosen is not None else ""
    return found


async def settings_of(desk: Desk) -> dict[str, object]:
    async with desk.store.read() as connection:
        shop = await find_shop(connection, desk.shop.id)
    assert shop is not None
    return {**shop.settings, "name": shop.name}


async def test_every_setting_of_a_form_is_on_its_page_and_an_unchanged_form_changes_nothing(desk: Desk) -> None:
    await as_owner(desk)
    before = await settings_of(desk)
    for form, path in FORMS.items():
        page = await desk.client.get(path)
        for name, setting in SETTINGS.items():
            assert (f'id="{name}-help"' in page.text) == (setting.form == form), name
        saved = await desk.client.post(path, data=filled_in(page))
        assert saved.headers["location"] == f"{path}?done=settings_saved"
    assert await settings_of(desk) == before


async def test_values_are_saved_shown_and_reset(desk: Desk) -> None:
    await as_owner(desk)
    shop = {"shop_name": "Löwe & Co", "accent_color": "#123456", "abandoned_after_minutes": "45"}
    await desk.client.post(FORMS["shop"], data=filled_in(await desk.client.get(FORMS["shop"])) | shop)
    mail = {"quiet_hours_from": "21:30", "quiet_hours_to": "7:00", "languages": ["he", "de"], "open_tracking": "on"}
    await desk.client.post(FORMS["mail"], data=filled_in(await desk.client.get(FORMS["mail"])) | mail)
    found = await settings_of(desk)
    assert (found["name"], found["accent_color"], found["abandoned_after_minutes"]) == ("Löwe & Co", "#123456", 45)
    assert (found["quiet_hours"], found["languages"], found["open_tracking"]) == ("21:30-07:00", "de he", "on")
    page = await desk.client.get(FORMS["mail"])
    assert filled_in(page)["quiet_hours_from"] == "21:30" and filled_in(page)["languages"] == ["de", "he"]
    empty = {"quiet_hours_from": "", "quiet_hours_to": "", "languages": [], "open_tracking": "off"}
    await desk.client.post(FORMS["mail"], data=filled_in(page) | empty)
    await desk.client.post(FORMS["shop"], data=filled_in(await desk.client.get(FORMS["shop"])) | {"shop_name": ""})
    found = await settings_of(desk)
    assert not {"quiet_hours", "languages", "open_tracking", "shop_name"} & set(found)
    assert found["name"] == "Mine" or found["name"] == desk.shop.domain.split(".")[0].title()


async def test_wrong_values_are_explained_in_the_language_of_the_page_and_nothing_is_saved(desk: Desk) -> None:
    await as_owner(desk)
    form = filled_in(await desk.client.get(FORMS["shop"])) | {"accent_color": "red", "attribution_days": "0"}
    refused = await desk.client.post(FORMS["shop"], data=form | {"shop_name": "Kept"})
    assert refused.status_code == 422 and 'value="red"' in refused.text and 'value="Kept"' in refused.text
    assert "&#39;red&#39; is not a colour; use a form like #1f5b4c" in refused.text
    assert "&#39;0&#39; is not a number of days from 1 to 3650" in refused.text
    hebrew = await desk.client.post(FORMS["shop"], data=form, headers={"Accept-Language": "he"})
    assert "אינו צבע" in hebrew.text and "is not" not in hebrew.text
    assert "accent_color" not in await settings_of(desk) and (await settings_of(desk))["name"] != "Kept"


async def test_the_second_of_two_people_sees_the_conflict_and_keeps_the_text(desk: Desk) -> None:
    await as_owner(desk)
    page = await desk.client.get(FORMS["mail"])
    async with desk.store.begin() as connection:
        await change_settings(connection, desk.shop, {"quiet_hours": "20:00-06:00"}, START)
    mine = filled_in(page) | {"quiet_hours_from": "23:00", "quiet_hours_to": "09:00"}
    conflict = await desk.client.post(FORMS["mail"], data=mine)
    assert conflict.status_code == 409 and "Saved meanwhile: 20:00-06:00" in conflict.text
    assert 'value="23:00"' in conflict.text and (await settings_of(desk))["quiet_hours"] == "20:00-06:00"
    await desk.client.post(FORMS["mail"], data=filled_in(conflict))
    assert (await settings_of(desk))["quiet_hours"] == "23:00-09:00"


async def test_a_change_of_another_form_is_no_conflict(desk: Desk) -> None:
    await as_owner(desk)
    page = await desk.client.get(FORMS["shop"])
    async with desk.store.begin() as connection:
        await change_settings(connection, desk.shop, {"quiet_hours": "20:00-06:00"}, START)
    saved = await desk.client.post(FORMS["shop"], data=filled_in(page) | {"accent_color": "#abcdef"})
    assert saved.status_code == 303
    found = await settings_of(desk)
    assert (found["accent_color"], found["quiet_hours"]) == ("#abcdef", "20:00-06:00")


@pytest.mark.parametrize(
    ("kind", "answer", "advice"),
    [
        ("sign_in", "535", "Check the user and the password"),
        ("unreachable", "[Errno 113] No route to host", "Check the host and the port"),
        ("recipient", "550 relay <denied>", "does not send to this address"),
        ("refused", "554 from", "use an address of your own domain"),
        ("unsupported", "SMTPUTF8", "Check starttls="),
        ("not_confirmed", "Connection lost", "may have arrived"),
    ],
)
async def test_errors_of_the_mail_server_are_explained(
    desk: Desk,
    tray: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
    kind: MailProblemKind,
    answer: str,
    advice: str,
) -> None:
    async def send(self: Tray, mail: object, hand_over: object = None) -> MailProblem:
        return MailProblem(reason_of(kind, answer), again=True, kind=kind)

    monkeypatch.setattr(Tray, "send", send)
    form = {"to": "me@example.com", "form_key": await as_owner(desk)}
    page = await desk.client.post(f"{FORMS['mail']}/test", data=form)
    assert page.status_code == 422 and advice in page.text
    assert SENTENCES[kind] % {"answer": f"“{answer}”"} in unescape(page.text)
    hebrew = await desk.client.post(f"{FORMS['mail']}/test", data=form, headers={"Accept-Language": "he"})
    assert f"“\u2066{answer}\u2069”" in unescape(hebrew.text)
    assert advice not in hebrew.text and words_of("he").text(ADVICE[kind]) in unescape(hebrew.text)


async def test_a_test_mail_comes_from_the_sender_of_the_settings(desk: Desk, tray: list[EmailMessage]) -> None:
    secret = await as_owner(desk)
    page = await desk.client.get(FORMS["mail"])
    assert 'value="owner@example.com"' in page.text
    await desk.client.post(FORMS["mail"], data=filled_in(page) | {"mail_sender": "Löwe <hello@lion.example>"})
    tested = await desk.client.post(f"{FORMS['mail']}/test", data={"to": "owner@example.com", "form_key": secret})
    assert "has taken the mail" in tested.text
    (mail,) = tray
    assert str(mail["From"]) == "Löwe <hello@lion.example>" and mail["To"] == "owner@example.com"
    wrong = await desk.client.post(f"{FORMS['mail']}/test", data={"to": "a b", "form_key": secret})
    assert wrong.status_code == 422 and "This is not an e-mail address" in wrong.text


async def test_without_a_mail_server_the_page_says_so(desk: Desk) -> None:
    page = await desk.client.post(f"{FORMS['mail']}/test", data={"to": "a@b.c", "form_key": await as_owner(desk)})
    assert page.status_code == 422 and "Set ABANDONED_CHECKOUTS_SMTP_URL" in page.text


async def test_a_hold_is_shown_on_both_pages_and_released(desk: Desk) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}"
    await desk.client.post(
        FORMS["retention"], data=filled_in(await desk.client.get(FORMS["retention"])) | {"retention": "anonymise"}
    )
    held = await desk.client.post(f"{path}/hold", data={"form_key": secret})
    assert held.headers["location"] == f"{path}?done=held"
    page = await desk.client.get(FORMS["retention"])
    assert (
        f'href="{path}"' in page.text
        and "The next run" in page.text
        and "Release it" in (await desk.client.get(path)).text
    )
    released = await desk.client.post(
        f"{path}/hold", data={"form_key": secret, "release": "1", "next": FORMS["retention"]}
    )
    assert released.headers["location"] == f"{FORMS['retention']}?done=released"
    assert f'href="{path}"' not in (await desk.client.get(FORMS["retention"])).text
    missing = await desk.client.post("/merchant/checkouts/77/hold", data={"form_key": secret})
    assert missing.status_code == 404
