"""Warnings for the owner when a flow is turned on: a missing mail server, and lists without discount codes."""

from abandoned_checkouts.automations.discount_codes import empty_list_warning
from abandoned_checkouts.automations.postpone import mail_server_warning
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.work.load_flow import codes_left, flow_of


async def flow_warnings(connection: Connection, shop: Shop, row: Row, has_mail_server: bool, now: int) -> list[str]:
    """The warnings for a stored flow; empty if it can do all that it says."""
    flow = flow_of(row)
    if flow is None:
        return []
    mails = None if has_mail_server or shop.is_demo else mail_server_warning(row["definition"])
    codes = empty_list_warning(flow.code_lists, await codes_left(connection, shop, flow, now))
    return [warning for warning in (mails, codes) if warning is not None]
