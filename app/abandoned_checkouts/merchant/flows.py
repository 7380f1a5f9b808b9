"""The list of flows with their figures; turning a flow on and off; deleting one."""

from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.flow_figures import figures_of_flows
from abandoned_checkouts.merchant.flow_templates import TEMPLATES
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.reports.days import Period, period_named
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import (
    delete_flow,
    ensure_default_flow,
    find_flow,
    list_flows,
    set_flow_active,
)

# Days that figures can be of: the name in the address, and its text.
PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days")}
_LIST = "/merchant/flows"


async def flows_page(visit: Visit) -> Response:
    """The flows of the shop. `?period=` is 7, 30 or 90 days. A shop without flows gets the default flow, off."""
    rows = await _rows(visit)
    name, period = period_of(visit)
    flows = await visit.database.read_behind(partial(figures_of_flows, visit=visit, rows=rows, period=period))
    return visit.page("flows.html", flows=flows, periods=PERIODS, period=name, templates=TEMPLATES)


async def _rows(visit: Visit) -> Sequence[Row]:
    async with visit.database.read() as connection:
        rows = await list_flows(connection, visit.shop)
    if rows:
        return rows
    async with visit.database.begin() as connection:
        await ensure_default_flow(connection, visit.shop, DEFAULT, visit.now)
        return await list_flows(connection, visit.shop)


def period_of(visit: Visit) -> tuple[str, Period]:
    """The period of the address, by default 30 days, and its name."""
    given = visit.parameters().get("period", "30")
    name = given if given in PERIODS else "30"
    return name, period_named(name, visit.now, visit.shop.timezone)


async def turn(visit: Visit) -> Response:
    """Turns a flow on or off."""
    number, active = number_in(visit.request, "flow_id"), visit.form.text("active") == "1"
    async with visit.database.begin() as connection:
        existing(await find_flow(connection, visit.shop, number))
        await set_flow_active(connection, visit.shop, number, active, visit.now)
    visit.site.wake()
    back = visit.form.text("next", 200)
    target = back if back in (_LIST, f"{_LIST}/{number}") else _LIST
    return visit.redirect(target, "flow_on" if active else "flow_off")


async def delete(visit: Visit) -> Response:
    """GET asks to confirm; POST deletes the flow."""
    number = number_in(visit.request, "flow_id")
    async with visit.database.begin() as connection:
        row = existing(await find_flow(connection, visit.shop, number))
        if visit.request.method == "GET":
            return visit.page("flow_delete.html", row=row)
        await delete_flow(connection, visit.shop, number, visit.now)
    visit.site.wake()
    return visit.redirect(_LIST, "flow_deleted")
