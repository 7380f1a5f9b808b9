"""The token endpoints."""

from abandoned_checkouts.store.tenants.authorization_codes import new_code
from abandoned_checkouts.store.tenants.installations import installation_of
from abandoned_checkouts.wix.oauth import refresh_token
from tests.wix.requests import Json, violation
from tests.wix.site import NOW, SAMPLE, Site


async def test_token_endpoints(site: Site) -> None:
    async with site.database.read() as connection:
        app = await installation_of(connection, site.shop.id, site.app_id)
    assert app is not None
    post = site.client.post
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    grants: list[tuple[str, Json]] = [
        (
            "/oauth2/token",
            {"grant_type": "client_credentials", "instance_id": app.instance_id, **client},
        ),
        ("/oauth2/token", {"grant_type": "strip_bound_session", "access_token": site.token, **client}),
        ("/oauth/access", {"grant_type": "refresh_token", "refresh_token": refresh_token(app), **client}),
    ]
    for path, body in grants:
        answer = (await post(path, json=body)).json()
        assert answer["token_type"] == "Bearer" and answer["expires_in"] == 14_400
        headers = {"authorization": answer["access_token"]}
        assert (await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)).status_code == 200
        info = (await post("/oauth2/token-info", json={"token": answer["access_token"]})).json()
        assert info == {
            "active": True,
            "subjectType": "APP",
            "clientId": app.client_id,
            "instanceId": app.instance_id,
            "siteId": site.shop.uuid,
            "iat": NOW // 1_000_000,
            "exp": NOW // 1_000_000 + 14_400,
        }
        wrong = await post(path, json={**body, "client_secret": "nonsense"})
        assert wrong.status_code == 401
    async with site.database.begin() as connection:
        code = new_code(connection, site.shop, app.app_id, now=NOW, of_user=False)
    once = {"grant_type": "authorization_code", "code": code, **client}
    assert (await post("/oauth/access", json=once)).json()["refresh_token"] == refresh_token(app)
    assert (await post("/oauth/access", json=once)).status_code == 401
    assert (await post("/oauth2/token-info", json={"token": "nonsense"})).json() == {"active": False}
    visitor = (await post("/oauth2/token", json={"clientId": app.client_id, "grantType": "anonymous"})).json()
    again = {
        "clientId": app.client_id,
        "grantType": "refresh_token",
        "refreshToken": visitor["refresh_token"],
    }
    for answer in (visitor, (await post("/oauth2/token", json=again)).json()):
        headers = {"authorization": answer["access_token"]}
        assert (await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)).status_code == 403
    # A visitor's refresh token is not valid for an app.
    body = {"grant_type": "refresh_token", "refresh_token": visitor["refresh_token"], **client}
    assert (await post("/oauth/access", json=body)).status_code == 401
    for path in ("/oauth2/token", "/oauth/access"):
        for kind in ("magic", ["client_credentials"], {}, 5, None):
            assert violation(await post(path, json={"grant_type": kind}))["field"] == "grant_type"
