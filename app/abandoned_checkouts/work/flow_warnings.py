"""Warnings for the owner when a flow is stored or turned on: a missing mail server, lists without discount codes, a
code that no step issues, and saved searches that do not exist."""

from abandoned_checkouts.automations.decide import missing_code_warning
from abandoned_checkouts.automations.discount_codes import empty_list_warning
from abandoned_checkouts.automations.flow import Flow
from abandoned_checkouts.automations.postpone import mail_server_warning
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import saved_search_query
from abandoned_checkouts.work.load_flow import codes_left, flow_of


async def flow_warnings(connection: Connection, shop: Shop, row: Row, has_mail_server: bool, now: int) -> list[str]:
    """The warnings for a stored flow; empty if it can do all that it says."""
    flow = flow_of(row)
    if flow is None:
        return []
    mails = None if has_mail_server or shop.is_demo else mail_server_warning(row["definition"])
    codes = empty_list_warning(flow.code_lists, await codes_left(connection, shop, flow, now))
    searches = await _missing_searches(connection, shop, flow)
    return [warning for warning in (mails, codes, missing_code_warning(flow), *searches) if warning is not None]


async def _missing_searches(connection: Connection, shop: Shop, flow: Flow) -> list[str]:
    named = {condition.saved_search for condition in flow.conditions_used()} - {None}
    return [
        f"the saved search {name!r} does not exist, so its condition is never met; "
        f"create it: abandoned-checkouts search save {name!r} QUERY --shop {shop.domain}"
        for name in sorted(map(str, named))
        if await saved_search_query(connection, shop, name) is None
    ]
