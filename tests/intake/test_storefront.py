"""POST /intake/checkouts: reports of a storefront's server, with a token that may write."""

import asyncio

import httpx
import pytest

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import first_name_of
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkout_to_rest
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, Sender

pytestmark = pytest.mark.anyio
BODY = {"email": "ada@example.com", "line_items": [{"quantity": 1, "price": "5.00", "title": "Cup"}]}


@pytest.fixture
async def token(store: Database, shop: Shop) -> str:
    async with store.begin() as connection:
        return await issue_token(connection, shop, ["write_checkouts"], now=START)


async def post(sender: Sender, body: object, token: str, **headers: str) -> httpx.Response:
    return await sender.client.post(
        "/intake/checkouts", json=body, headers={"X-Shopify-Access-Token": token, **headers}
    )


async def test_a_checkout_from_contact_to_recovery(
    store: Database, shop: Shop, sender: Sender, token: str, clock: Clock
) -> None:
    begun = await post(sender, BODY, token)
    assert begun.status_code == 200, begun.text
    reported = begun.json()["checkout"]
    assert reported["outcome"] == "created" and reported["state"] == "open"
    assert reported["abandoned_from"] == "2026-09-21T14:23:20Z"
    assert reported["abandoned_checkout_url"].startswith(f"http://server/{shop.id}/checkouts/ac/")
    clock.pass_minutes(11)
    assert await abandon_due(store, clock()) == 1
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token=reported["token"])
    assert found is not None and found[0].platform == "storefront" and found[0].total_price == 50_000
    assert found[0].recovery_key is not None and found[0].recovery_key in reported["abandoned_checkout_url"]
    bought = {**BODY, "token": reported["token"], "completed_at": "2026-09-21T14:24:20Z"}
    done = (await post(sender, {"checkout": bought}, token)).json()["checkout"]
    assert (done["outcome"], done["state"], done["id"]) == ("recovered", "recovered", reported["id"])


async def test_an_idempotency_key_identifies_one_checkout(sender: Sender, token: str) -> None:
    answers = [await post(sender, BODY, token, **{"Idempotency-Key": "k"}) for _ in range(2)]
    first, second = (response.json()["checkout"] for response in answers)
    assert first["token"] == second["token"] and second["outcome"] == "unchanged"
    others = await asyncio.gather(post(sender, BODY, token), post(sender, BODY, token))
    assert len({response.json()["checkout"]["token"] for response in others} | {first["token"]}) == 3


async def test_a_checkout_without_times_gets_them(
    store: Database, shop: Shop, sender: Sender, token: str, clock: Clock
) -> None:
    """A checkout keeps its first time. Its update time changes with a report, unless only the time is new."""

    async def report(**changes: object) -> str:
        body = {**BODY, "token": "t1", **changes}
        return str((await post(sender, body, token)).json()["checkout"]["outcome"])

    assert await report(email=None) == "created"
    clock.pass_minutes(5)
    assert await report(email=None) == "unchanged"
    assert await report() == "updated"
    clock.pass_minutes(9)
    assert await abandon_due(store, clock()) == 0, "the threshold runs from the contact"
    clock.pass_minutes(1)
    assert await abandon_due(store, clock()) == 1
    assert await report(note="x") == "updated"
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
    assert found is not None
    assert (found[0].created_at, found[0].updated_at) == (START, clock()) and found[0].note == "x"
    assert await report(completed_at=format_utc(clock())) == "recovered"


async def test_if_one_of_several_checkouts_is_invalid_none_is_stored(
    store: Database, shop: Shop, sender: Sender, token: str
) -> None:
    good = {**BODY, "token": "good"}
    response = await post(sender, {"checkouts": [good, {**BODY, "created_at": "yesterday"}]}, token)
    assert response.status_code == 422 and response.json()["errors"].startswith("checkouts[1]: ")
    response = await post(sender, {"checkouts": [good, {**good, "token": "better"}]}, token)
    assert [each["outcome"] for each in response.json()["checkouts"]] == ["created", "created"]


@pytest.mark.parametrize(
    ("body", "status"),
    [([], 422), (5, 422), ({"checkouts": []}, 422), ({"checkouts": [BODY] * 251}, 422), ({"checkout": None}, 422)],
)
async def test_a_body_that_is_not_a_checkout_is_refused(sender: Sender, token: str, body: object, status: int) -> None:
    response = await post(sender, body, token)
    assert response.status_code == status and response.json()["errors"]


async def test_only_tokens_with_a_write_scope_are_accepted(
    store: Database, shop: Shop, sender: Sender, token: str
) -> None:
    async with store.begin() as connection:
        reader = await issue_token(connection, shop, ["read_orders"], now=START)
    assert (await post(sender, BODY, reader)).status_code == 403
    assert (await post(sender, BODY, "shpat_unknown")).status_code == 401
    assert (await sender.client.post("/intake/checkouts", json=BODY)).status_code == 401
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await sender.client.post("/intake/checkouts", json=BODY, headers=bearer)).status_code == 200
    assert (await sender.client.post("/intake/checkouts", content=b"{", headers=bearer)).status_code == 400
    assert (await sender.client.get("/intake/checkouts", headers=bearer)).status_code == 405


@pytest.mark.parametrize("quantity", [1.5, 1.999999, True, False, "1.5", "true"])
async def test_a_quantity_that_is_no_whole_number_is_refused(sender: Sender, token: str, quantity: object) -> None:
    line = {"quantity": quantity, "price": "5.00", "title": "Cheese"}
    response = await post(sender, {**BODY, "line_items": [line]}, token)
    assert response.status_code in (400, 422) and "quantity" in response.text, response.text


@pytest.mark.parametrize("number", [1.5, True, "1.5", "true"])
@pytest.mark.parametrize("place", ["id", "customer", "product_id", "variant_id"])
async def test_an_id_that_is_no_whole_number_is_refused(sender: Sender, token: str, place: str, number: object) -> None:
    line: dict[str, object] = {"quantity": 1, "price": "5.00", "title": "Cheese"}
    changes: dict[str, object] = {"line_items": [line]}
    if place == "customer":
        changes["customer"] = {"id": number, "email": "ada@example.com"}
    else:
        (changes if place == "id" else line)[place] = number
    response = await post(sender, {**BODY, **changes}, token)
    assert response.status_code == 422 and "id" in response.json()["errors"], response.text


@pytest.mark.parametrize(
    "customer", [{"id": 401, "email": "h1@example.com", "state": "enabled"}, {"email": "h1@example.com"}]
)
async def test_a_contact_in_the_customer(
    store: Database, shop: Shop, sender: Sender, token: str, clock: Clock, customer: dict[str, object]
) -> None:
    reported = await post(sender, {**BODY, "email": None, "customer": customer, "cart_token": "c1"}, token)
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token=reported.json()["checkout"]["token"])
    assert found is not None and found[0].email == "h1@example.com" and found[0].customer_id is not None


async def test_a_customer_without_an_id_has_a_name(
    store: Database, shop: Shop, sender: Sender, token: str, clock: Clock
) -> None:
    nina = {"first_name": "Nina", "last_name": "Simone"}
    body = {**BODY, "token": "t1", "email": "n1@example.com"}
    for customer in (None, nina, nina):
        await post(sender, {**body, "customer": customer}, token)
    await post(sender, {**BODY, "token": "t2", "email": "n2@example.com", "customer": nina}, token)
    clock.pass_minutes(11)
    assert await abandon_due(store, clock()) == 2
    async with store.read() as connection:
        for name in ("t1", "t2"):
            found = await find_abandoned_checkout(connection, shop, token=name)
            assert found is not None and found[0].customer is not None
            assert (found[0].customer.first_name, first_name_of(found[0])) == ("Nina", "Nina")
            rest = checkout_to_rest(found[0], zone="UTC")
            assert rest["customer"]["id"] == found[0].customer_id, "the REST API has the whole customer"


async def test_a_name_that_is_too_long_is_refused(sender: Sender, token: str) -> None:
    response = await post(sender, {**BODY, "customer": {"first_name": "N" * 5000}}, token)
    assert response.status_code == 422 and "the customer's name has 5,002 characters" in response.json()["errors"]


async def test_a_line_without_a_quantity_has_one(
    store: Database, shop: Shop, sender: Sender, token: str, clock: Clock
) -> None:
    lines = [{"price": "5.00", "title": "Cup"}, {"price": "3.00", "title": "Tea", "quantity": 0}]
    await post(sender, {**BODY, "token": "t1", "line_items": lines}, token)
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
    assert found is not None and [line.quantity for line in found[0].line_items] == [1, 0]
    assert found[0].total_price == 50_000
