"""The page of users."""

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.store.tenants.merchant_users import find_user, invite, list_users
from tests.control.conftest import Desk
from tests.intake.messages import START
from tests.merchant.test_sign_in import form_key


async def as_owner(desk: Desk) -> str:
    """Signs in as an owner; returns the secret of forms."""
    async with desk.store.begin() as connection:
        key = await invite(connection, desk.shop, "owner@example.com", Role.OWNER, START)
    await desk.client.post(f"/merchant/enter/{key}")
    return form_key(await desk.client.get("/merchant/users"))


async def test_an_owner_changes_and_removes_users(desk: Desk) -> None:
    secret = await as_owner(desk)
    await desk.client.post("/merchant/users", data={"email": "a@example.com", "role": "agent", "form_key": secret})
    async with desk.store.read() as connection:
        user = await find_user(connection, desk.shop, "a@example.com")
    assert user is not None and user.role is Role.AGENT
    path = f"/merchant/users/{user.id}"
    await desk.client.post(path, data={"role": "viewer", "form_key": secret})
    async with desk.store.read() as connection:
        user = await find_user(connection, desk.shop, user.id)
    assert user is not None and user.role is Role.VIEWER
    done = await desk.client.post(path, data={"remove": "1", "form_key": secret})
    assert done.headers["location"] == "/merchant/users?done=user_removed"
    assert (await desk.client.post(path, data={"remove": "1", "form_key": secret})).status_code == 404


async def test_the_last_owner_stays_and_wrong_addresses_are_reported(desk: Desk) -> None:
    secret = await as_owner(desk)
    async with desk.store.read() as connection:
        (owner,) = await list_users(connection, desk.shop)
    for change in ({"remove": "1"}, {"role": "viewer"}):
        refused = await desk.client.post(f"/merchant/users/{owner.id}", data={**change, "form_key": secret})
        assert refused.status_code == 422 and "last owner" in refused.text
    wrong = await desk.client.post("/merchant/users", data={"email": "a b@c", "form_key": secret})
    assert wrong.status_code == 422 and 'value="a b@c"' in wrong.text
