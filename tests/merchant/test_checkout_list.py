"""The list of checkouts: search, filters, sums, sorting, pages and saved views."""

import re
from dataclasses import replace

import pytest

from abandoned_checkouts.merchant.report_links import FIGURE_NOTES
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.save import save_checkouts
from tests.control.conftest import Desk
from tests.intake.messages import START, checkout
from tests.merchant.test_users import as_owner

PATH = "/merchant/checkouts"


async def fill(desk: Desk, count: int) -> None:
    """More abandoned checkouts of Zoe MacDonald, of 10, 20, … dollars."""
    address = {"first_name": "Zoe", "last_name": "MacDonald", "country_code": "GB"}
    first = checkout_from_rest({**checkout(), "billing_address": address}, zone="UTC")
    first.customer = first.customer_id = None
    rows = [
        replace(
            first,
            id=2_000_000 + place,
            uuid=None,
            name=f"#{place}",
            token=f"token{place}",
            email=f"zoe{place}@example.com",
            created_at=START - place,
            abandoned_at=START,
            total_price=100_000 * place,
            presentment_total_price=100_000 * place,
            line_items=[replace(line) for line in first.line_items],
        )
        for place in range(1, count + 1)
    ]
    async with desk.store.begin() as connection:
        await save_checkouts(connection, desk.shop, rows)


async def test_a_search_finds_checkouts_and_names_stay_as_they_are(desk: Desk) -> None:
    await fill(desk, 1)
    found = await desk.ask("GET", f"{PATH}?query=teapot")
    assert "Ada Lovelace" in found.text and "Zoe MacDonald" in found.text
    assert "No checkouts found" in (await desk.ask("GET", f"{PATH}?query=kettle")).text


async def test_unknown_fields_are_reported_with_the_nearest_name(desk: Desk) -> None:
    page = await desk.ask("GET", f"{PATH}?query=total_prise%3A%3E5 tea")
    assert "“total_prise” is not a search field" in page.text and "Did you mean “total_price”?" in page.text
    assert "query=total_price%3A%3E5+tea" in page.text
    hebrew = await desk.client.get(
        f"{PATH}?query=xyzzy:1", headers={"X-Shopify-Access-Token": desk.reader, "Accept-Language": "he"}
    )
    assert "אינו שדה חיפוש" in hebrew.text
    deep = await desk.ask("GET", PATH, token=desk.reader)
    assert deep.status_code == 200


async def test_filters_are_written_into_the_search_text(desk: Desk) -> None:
    query = {"filter": "1", "query": "tea", "state": "recovery_state:not_recovered", "least": "20", "period": "today"}
    answer = await desk.client.get(PATH, params=query, headers={"X-Shopify-Access-Token": desk.reader})
    assert answer.status_code == 303
    written = answer.headers["location"]
    assert written.startswith(f"{PATH}?query=recovery_state%3Anot_recovered+total_price%3A%3E%3D20+created_at%3A%3E%3D")
    page = await desk.ask("GET", written)
    assert '<option value="recovery_state:not_recovered" selected>' in page.text
    assert 'name="least" inputmode="decimal" value="20"' in page.text and '<option value="today" selected>' in page.text


async def test_the_days_of_a_period_are_whole_days(desk: Desk) -> None:
    """The checkout was begun today."""
    for period, is_found in (("today", True), ("last_7", True), ("yesterday", False)):
        link = (await desk.ask("GET", f"{PATH}?filter=1&period={period}")).headers["location"]
        page = (await desk.ask("GET", link)).text
        assert ("1 checkout," in page) == is_found, (period, link)
        assert f'<option value="{period}" selected>' in page


async def test_sums_are_those_of_the_whole_result_and_pages_follow_each_other(desk: Desk) -> None:
    await fill(desk, 120)
    address, seen = f"{PATH}?query=email:zoe*&sort=-total", []
    while address:
        page = await desk.ask("GET", address)
        assert "120 checkouts, $72,600.00 in total" in page.text
        seen += re.findall(r"<bdi>(#\d+)</bdi></a></th>", page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"#{place}" for place in range(120, 0, -1)]
    previous = re.search(r'rel="prev" href="([^"]+)"', page.text)
    assert previous is not None
    back = await desk.ask("GET", previous[1].replace("&amp;", "&"))
    assert re.findall(r"<bdi>(#\d+)</bdi></a></th>", back.text) == seen[50:100]


@pytest.mark.parametrize("sort", ["name", "buyer", "started", "updated", "abandoned", "state", "reminder", "total"])
async def test_every_column_sorts_in_both_directions(desk: Desk, sort: str) -> None:
    await fill(desk, 60)
    orders = []
    for prefix in ("", "-"):
        first = await desk.ask("GET", f"{PATH}?sort={prefix}{sort}")
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following is not None
        second = await desk.ask("GET", following[1].replace("&amp;", "&"))
        orders.append(re.findall(r'href="/merchant/checkouts/(\d+)"', first.text + second.text))
    assert len(set(orders[0])) == len(orders[0]) == 61 and orders[0] == orders[1][::-1]


@pytest.mark.parametrize(
    "wrong", ["sort=nothing", "after=x", "after=1~x", "before=~", "after=1~9999999999999999999999", "query=%28" * 300]
)
async def test_wrong_addresses_show_a_page(desk: Desk, wrong: str) -> None:
    assert (await desk.ask("GET", f"{PATH}?{wrong}")).status_code == 200


async def test_views_are_saved_and_deleted(desk: Desk) -> None:
    secret = await as_owner(desk)
    form = {"name": "Big ones", "query": "total_price:>5", "form_key": secret}
    saved = await desk.client.post("/merchant/views", data=form)
    assert saved.headers["location"] == f"{PATH}?query=total_price%3A%3E5&done=view_saved"
    page = (await desk.client.get(saved.headers["location"])).text
    assert "Big ones" in page and "The view is saved." in page
    assert (await desk.client.post("/merchant/views", data=form)).status_code == 409
    assert (await desk.client.post("/merchant/views", data={**form, "name": "x" * 41})).status_code == 422
    number = re.search(r'action="/merchant/views/(\d+)"', page)
    assert number is not None
    await desk.client.post(f"/merchant/views/{number[1]}", data={"form_key": secret})
    assert "Big ones" not in (await desk.client.get(PATH)).text


async def test_a_list_behind_a_figure_says_what_the_figure_counts(desk: Desk) -> None:
    for figure, note in FIGURE_NOTES.items():
        assert note in (await desk.ask("GET", f"/merchant/checkouts?figure={figure}")).text
    page = (await desk.ask("GET", "/merchant/checkouts?figure=%3Cb%3E")).text
    assert 'role="note"' not in page and "<b>" not in page


async def test_the_figures_that_differ_from_their_lists_name_their_notes(desk: Desk) -> None:
    page = (await desk.ask("GET", "/?from=2026-09-15&to=2026-09-22")).text
    assert set(re.findall(r"&amp;figure=(\w+)", page)) == {"begun", "mails", "product"}
