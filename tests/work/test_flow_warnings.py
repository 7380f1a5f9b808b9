"""What is missing when a flow is turned on."""

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.discount_codes import add_codes
from abandoned_checkouts.store.flows.flows import save_flow
from abandoned_checkouts.store.tenants.saved_searches import CHECKOUT_SEARCHES, add_saved_search
from abandoned_checkouts.work.flow_warnings import flow_warnings
from tests.intake.messages import START


async def test_a_mail_server_and_codes(store: Database, shop: Shop) -> None:
    steps = [{"apply_discount": {"list": "spring"}}, {"send_email": {}}]
    async with store.begin() as connection:
        row = await save_flow(connection, shop, {"name": "Gift", "steps": steps}, now=START)
        found = await flow_warnings(connection, shop, row, False, START)
        assert [text[:36] for text in found] == [
            "the flow sends mails, but no mail se",
            "the list 'spring' has no discount co",
        ]
        await add_codes(connection, shop, "spring", [("A1", None)], START)
        assert await flow_warnings(connection, shop, row, True, START) == []


async def test_a_code_that_no_step_issues_and_a_search_that_does_not_exist(store: Database, shop: Shop) -> None:
    mail = {"send_email": {"message": "Use {{ code }}"}}
    flow = {"name": "Gift", "only_if": {"saved_search": "Big"}, "steps": [mail]}
    async with store.begin() as connection:
        row = await save_flow(connection, shop, flow, now=START)
        code, search = await flow_warnings(connection, shop, row, True, START)
        assert "Add apply_discount before it" in code
        assert "search save 'Big' QUERY --shop acme.myshopify.com" in search
        await add_saved_search(connection, shop, CHECKOUT_SEARCHES, "Big", "total_price:>100", now=START)
        asked = {"name": "Gift", "steps": [{"send_email": {"message": "{% if code %}{{ code }}{% endif %}"}}]}
        for fine in (asked, {**flow, "steps": [{"apply_discount": "TEN"}, mail]}):
            row = await save_flow(connection, shop, fine, now=START)
            assert await flow_warnings(connection, shop, row, True, START) == []
