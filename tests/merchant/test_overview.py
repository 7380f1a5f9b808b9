"""The overview: its numbers are those of the report, and each leads to the list that it counts."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.store.flows.flow_facts import save_mail
from abandoned_checkouts.store.privacy.retention_marks import announce_checkouts
from abandoned_checkouts.store.tables import abandoned_checkouts, flow_mails
from tests.control.conftest import Desk
from tests.intake.messages import START

DAYS = "/?from=2026-09-15&to=2026-09-22"


def links_of(page: str) -> dict[str, str]:
    """The search behind each number with a link to the list, by the first number that links to it."""
    found: dict[str, str] = {}
    for address, number in re.findall(r'<a href="(/merchant/checkouts\?[^"]*)">([^<]*)</a>', page):
        found.setdefault(parse_qs(urlsplit(unescape(address)).query)["query"][0], number)
    return found


async def test_the_numbers_of_a_period(desk: Desk) -> None:
    page = (await desk.ask("GET", DAYS)).text
    assert "Sep 15, 2026 – Sep 22, 2026" in page
    tiles = re.findall(r'<dd class="figure"><a href="[^"]*">([^<]*)</a></dd>', page)
    assert tiles == ["1", "$39.00", "0", "$0.00", "$39.00", "–", "0", "0"]
    assert "Incomplete: checkouts that were abandoned after" in page
    assert "Teapot" in page and "from $20.00" in page


async def test_each_number_leads_to_the_checkouts_that_it_counts(desk: Desk) -> None:
    for query, number in links_of((await desk.ask("GET", DAYS)).text).items():
        headers = {"X-Shopify-Access-Token": desk.writer}
        listed = await desk.client.get("/merchant/checkouts", params={"query": query}, headers=headers)
        assert listed.status_code == 200
        assert 'role="alert"' not in listed.text, query
        if number in ("0", "1", "$0.00", "$39.00"):
            number = "1" if number == "$39.00" else number[-1]
            assert listed.text.count(f"/merchant/checkouts/{desk.number}") == int(number), query


async def test_each_term_leads_to_its_definition(desk: Desk) -> None:
    page, definitions = (await desk.ask("GET", DAYS)).text, (await desk.ask("GET", "/merchant/definitions")).text
    linked = set(re.findall(r'href="/merchant/definitions#(\w+)"', page))
    assert linked >= {"abandoned", "recovered", "lost_value", "recovery_rate", "shoppers", "slots", "products", "steps"}
    assert linked <= set(re.findall(r'<dt id="(\w+)">', definitions))


async def test_a_flow_and_its_mails(desk: Desk) -> None:
    texts = dict.fromkeys(("sender", "recipient", "recipient_key", "plain", "subject", "html"), "x")
    mail = {**texts, "id": "m1", "checkout_id": desk.number, "flow_id": 7, "position": 1, "locale": None}
    mail = {name: value for name, value in mail.items() if name in flow_mails.c}
    async with desk.store.begin() as connection:
        await save_mail(connection, desk.shop, {**mail, "sent_at": START})
    page = (await desk.ask("GET", DAYS)).text
    assert "Deleted flow" in page and 'data-label="Step">2</td>' in page


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/?period=8", "&#39;8&#39; is not a period"),
        ("/?from=2026-09-22&to=2026-09-15", "the first day 2026-09-22 is after the last day 2026-09-15"),
        ("/?money=mine", "&#39;mine&#39; is not allowed in money"),
    ],
)
async def test_a_wrong_period_is_reported_above_thirty_days(desk: Desk, path: str, problem: str) -> None:
    answer = await desk.ask("GET", path)
    assert answer.status_code == 422
    assert problem in answer.text and "By day" in answer.text


async def test_it_is_translated(desk: Desk) -> None:
    headers = {"X-Shopify-Access-Token": desk.writer, "Accept-Language": "he"}
    page = (await desk.client.get(DAYS, headers=headers)).text
    assert 'dir="rtl"' in page and "סקירה" in page and "נטושים" in page


async def test_a_notice_warns_of_retention(desk: Desk) -> None:
    assert "anonymised from" not in (await desk.ask("GET", DAYS)).text
    await desk.ask("PATCH", "/control/settings", {"retention": "anonymise", "retention_days": 10})
    async with desk.store.begin() as connection:
        await connection.execute(abandoned_checkouts.update().values(updated_at=START - 20 * DAY))
        await announce_checkouts(connection, desk.shop, [desk.number], START)
    page = (await desk.ask("GET", DAYS)).text
    assert "1 checkout will be anonymised from Sep 28, 2026 on." in page
    await desk.ask("PUT", f"/control/holds/{desk.number}")
    assert "anonymised from" not in (await desk.ask("GET", DAYS)).text
