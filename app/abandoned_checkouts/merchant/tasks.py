"""The tasks that flows created: open ones and those done last. A person takes one, and marks it as done."""

from starlette.responses import Response

from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.tasks import change_task, find_task, list_tasks
from abandoned_checkouts.store.tenants.merchant_users import MerchantUser, list_users


async def tasks_page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, conflict: str = "") -> Response:
    done = visit.parameters().get("show") == "done"

    async def read(connection: Connection) -> tuple[list[Row], list[MerchantUser]]:
        return await list_tasks(connection, visit.shop, done=done), await list_users(connection, visit.shop)

    tasks, users = await visit.database.read_behind(read)
    people = sorted({user.email for user in users} | {visit.who})
    return visit.page("tasks.html", status, tasks=tasks, done_tasks=done, people=people, conflict=conflict)


async def change(visit: Visit) -> Response:
    """Assigns a task, marks it as done, or opens it again; nothing if somebody else changed it meanwhile."""
    number, version = number_in(visit.request, "task_id"), visit.form.text("version", 9)
    async with visit.database.begin() as connection:
        task = existing(await find_task(connection, visit.shop, number))
        changes = _changes(visit)
        expected = int(version) if version.isascii() and version.isdigit() else 0
        changed = await change_task(connection, task, expected, changes)
    if not changed:
        return await _page(
            visit, 409, visit.words.text(_("Somebody else changed this task meanwhile. Look at it again."))
        )
    back = visit.form.text("next", 200)
    return visit.redirect(back if back.startswith("/merchant/") else "/merchant/tasks", "task_changed")


def _changes(visit: Visit) -> Row:
    if "finish" in visit.form:
        return {"done_at": visit.now, "done_by": visit.who}
    if "reopen" in visit.form:
        return {"done_at": None, "done_by": None}
    return {"assignee": visit.form.text("assignee", 300) or None}
