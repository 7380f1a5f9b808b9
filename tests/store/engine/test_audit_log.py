"""The audit log: every listed action is recorded with its actor, and rows can be neither changed nor deleted."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.save_customers import save_customers
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.audit_log import AuditAction, list_audit_log, record
from abandoned_checkouts.store.engine.database import Database, StoreError
from abandoned_checkouts.store.flows.flows import delete_flow, save_flow, set_flow_active
from abandoned_checkouts.store.outbox.subscriptions import add_subscription, delete_subscription
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.erasure_requests import add_erasure_request, cancel_erasure, request_erasure
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tables import audit_log
from abandoned_checkouts.store.tenants.access_tokens import issue_token, revoke_token
from abandoned_checkouts.store.tenants.bulk_operations import add_operation
from abandoned_checkouts.store.tenants.change_settings import change_settings
from tests.intake.messages import START, checkout

EMAIL = "bob.norman@mail.example.com"


async def logged(store: Database) -> list[tuple[str, str, str]]:
    async with store.read() as connection:
        return [(row["actor"], row["action"], row["subject"]) for row in await list_audit_log(connection)]


async def test_actions_are_recorded(store: Database, shop: Shop) -> None:
    assert actor.get() == "server"
    reset = actor.set("command line (alice)")
    async with store.begin() as connection:
        token = await issue_token(connection, shop, ["read_orders"], now=START, app_id=None)
        await revoke_token(connection, shop, token, now=START)
        await save_flow(connection, shop, {"name": "Mine"}, now=START, number=None)
        flow = await save_flow(connection, shop, {"name": "Mine"}, now=START)
        await set_flow_active(connection, shop, flow["id"], True, START)
        await set_flow_active(connection, shop, flow["id"], False, START)
        await delete_flow(connection, shop, flow["id"], START)
        await delete_flow(connection, shop, flow["id"], START)
        hook = await add_subscription(connection, shop, "own", "x", "https://a.example", secret="s", now=START)
        await delete_subscription(connection, shop.id, "own", hook, START)
        await delete_subscription(connection, shop.id, "own", hook, START)
        await change_settings(connection, shop, {"accent_color": "#112233", "users": None}, START)
        values: dict[str, Any] = {"app_id": 1, "query": "{}", "group_objects": False, "api_version": "2026-10"}
        operation = await add_operation(connection, shop, values, now=START)
    actor.reset(reset)
    found = await logged(store)
    assert {each[0] for each in found if each[1] != "shop.created"} == {"command line (alice)"}
    assert [each[1] for each in found] == [
        "shop.created",
        "app.registered",
        "token.created",
        "token.revoked",
        "flow.created",
        "flow.changed",
        "flow.turned_on",
        "flow.turned_off",
        "flow.deleted",
        "subscription.created",
        "subscription.deleted",
        "settings.changed",
        "checkouts.exported",
    ]
    subjects = {each[1]: each[2] for each in found}
    assert subjects["settings.changed"] == "accent_color users"
    assert subjects["checkouts.exported"] == f"bulk operation {operation['id']}"
    assert token not in str(found)


async def test_tokens_of_visitors_are_not_recorded(store: Database, shop: Shop) -> None:
    """Everyone can request one, any number of times."""
    async with store.begin() as connection:
        await issue_token(connection, shop, [], now=START, app_id=None, kind="visitor")
    assert [each[1] for each in await logged(store)] == ["shop.created", "app.registered"]


async def test_an_erasure_is_recorded_without_personal_data_and_outlives_it(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await take_checkout(connection, shop, checkout_from_rest(checkout(email=EMAIL), zone="UTC"), START)
        number = 987654
        person = Customer(id=number, created_at=START, updated_at=START, email=EMAIL)
        await save_customers(connection, shop, [person])
        assert await request_erasure(connection, shop, number, now=START) == "noted"
        assert await cancel_erasure(connection, shop, number, now=START) == "noted"
        await add_erasure_request(connection, shop, customer_id=None, email=EMAIL, now=START)
        await record(connection, shop.id, AuditAction.MAIL_SENT, "checkout 5", START)
        before = await list_audit_log(connection)
        await erase_person(connection, shop, await find_person(connection, shop, email=EMAIL), START)
        nobody = await find_person(connection, shop, email="nobody@example.com")
        await erase_person(connection, shop, nobody, START)
    found = await logged(store)
    assert found[: len(before)] == [(row["actor"], row["action"], row["subject"]) for row in before]
    assert [each[:2] for each in found[1:]] == [
        ("server", "erasure.requested"),
        ("server", "erasure.cancelled"),
        ("platform", "erasure.requested"),
        ("server", "mail.sent_by_hand"),
        ("server", "person.erased"),
    ]
    assert "bob" not in str(found)
    assert str(number) not in str(found)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log", "DELETE FROM audit_log WHERE id = 1"],
)
async def test_the_database_refuses_changes(store: Database, shop: Shop, statement: str) -> None:
    with pytest.raises((DBAPIError, StoreError), match="audit_log is append-only"):
        async with store.begin() as connection:
            await connection.exec_driver_sql(statement)
    assert len(await logged(store)) == 1


async def test_rows_of_a_deleted_shop_and_of_a_time_are_listed(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        for place in range(4):
            await record(connection, 99, AuditAction.SETTINGS_CHANGED, f"x{place}", place)
        assert [row["subject"] for row in await list_audit_log(connection, shop_id=99, since=1, limit=2)] == [
            "x2",
            "x3",
        ]
        assert {row["domain"] for row in await list_audit_log(connection)} == {None, shop.domain}
        assert (await connection.execute(select(audit_log.c.id))).scalars().all() != []
