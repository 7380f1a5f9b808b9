"""Tasks that flows created."""

from abandoned_checkouts.store.flows.flow_facts import create_task
from abandoned_checkouts.store.flows.tasks import count_open_tasks, tasks_of
from tests.control.conftest import Desk
from tests.intake.messages import START
from tests.merchant.test_users import as_owner


async def test_a_task_is_assigned_done_and_opened_again(desk: Desk) -> None:
    secret = await as_owner(desk)
    async with desk.store.begin() as connection:
        await create_task(connection, desk.shop, desk.number, "Call <Ada>", START)
        (task,) = await tasks_of(connection, desk.shop, desk.number)
    page = (await desk.client.get("/merchant/tasks")).text
    assert "Call &lt;Ada&gt;" in page and "owner@example.com" in page
    assert "Call &lt;Ada&gt;" in (await desk.client.get(f"/merchant/checkouts/{desk.number}")).text
    path = f"/merchant/tasks/{task['id']}"
    assign = {"form_key": secret, "version": "1", "assignee": "owner@example.com", "assign": "1"}
    assert (await desk.client.post(path, data=assign)).status_code == 303
    # Somebody who still sees the first version changes nothing.
    late = await desk.client.post(path, data={"form_key": secret, "version": "1", "finish": "1"})
    assert late.status_code == 409 and "Somebody else changed this task" in late.text
    done = await desk.client.post(path, data={"form_key": secret, "version": "2", "finish": "1", "next": "//evil"})
    assert done.headers["location"] == "/merchant/tasks?done=task_changed"
    shown = (await desk.client.get("/merchant/tasks?show=done")).text
    assert "done by" in shown and "Call" not in (await desk.client.get("/merchant/tasks")).text
    await desk.client.post(path, data={"form_key": secret, "version": "3", "reopen": "1"})
    async with desk.store.read() as connection:
        assert await count_open_tasks(connection, desk.shop) == 1
