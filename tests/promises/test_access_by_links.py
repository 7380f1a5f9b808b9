"""Storefront intake, signed links and platform webhooks: what each kind of caller may do there, as declared."""

from itertools import product

import pytest

from abandoned_checkouts.access.callers import CallerKind, link_caller, platform_caller
from abandoned_checkouts.access.endpoints import ENDPOINT_CALLERS, Endpoint, is_accepted
from abandoned_checkouts.access.rules import SIGNED, Action, Data, Reason, refused
from tests.promises import test_access
from tests.promises.test_access import CALLERS, LOCAL
from tests.shopify.caller import Caller

server, everybody = test_access.server, test_access.everybody

LINKS = [
    (Endpoint.BULK_FILES, "GET", "/bulk-operations/1/5-00000000000000aa.jsonl", (403, 404)),
    (
        Endpoint.BULK_FILES,
        "GET",
        "/bulk-operations/1/5-00000000000000aa.jsonl?Expires=9999999999&Signature=x",
        (403, 404),
    ),
    (Endpoint.RECOVERY, "GET", "/1/checkouts/ac/token/recover", (404,)),
    (Endpoint.RECOVERY, "GET", "/1/checkouts/ac/token/recover?key=00", (404,)),
    (Endpoint.RECOVERY, "GET", "/1/unsubscribe/901?key=00", (403, 404)),
    (Endpoint.RECOVERY, "POST", "/1/unsubscribe/901?key=00", (403, 404)),
    (Endpoint.RECOVERY, "GET", "/1/reminders/aa/unsubscribe?key=00", (403, 404)),
]


def test_a_signature_allows_what_is_declared_for_its_endpoint_and_nothing_else() -> None:
    genuine = {CallerKind.SIGNED_LINK: link_caller(True), CallerKind.PLATFORM: platform_caller(True)}
    for kind, caller in genuine.items():
        for endpoint, data, action in product(Endpoint, Data, Action):
            allowed = kind in ENDPOINT_CALLERS[endpoint] and (data, action) in SIGNED.get(endpoint, ())
            assert (refused(caller, endpoint, data, action) is None) == allowed, (kind, endpoint, data, action)
    for caller in (link_caller(False), platform_caller(False)):
        for endpoint, allowed_there in SIGNED.items():
            for data, action in allowed_there:
                assert refused(caller, endpoint, data, action) is Reason.KIND


async def test_storefront_intake(everybody: Caller) -> None:
    for someone in CALLERS:
        body = {"token": f"t-{someone.name}", "email": "a@b.example"}
        response = await everybody.http.post("/intake/checkouts", json=body, headers=everybody.signed(someone.name))
        reason = refused(someone, Endpoint.STOREFRONT_INTAKE, Data.NEW_CHECKOUTS, Action.WRITE)
        where = f"{someone.name}: {reason} {response.status_code} {response.text}"
        expected = {None: (200, 201), Reason.KIND: (401,)}.get(reason, (401, 403))
        assert response.status_code in expected, where


@pytest.mark.parametrize(("endpoint", "method", "path", "statuses"), LINKS)
async def test_no_token_replaces_the_signature_of_a_link(
    everybody: Caller, endpoint: Endpoint, method: str, path: str, statuses: tuple[int, ...]
) -> None:
    """Signed links are for those who have them: the caller's own rights are not asked."""
    assert ENDPOINT_CALLERS[endpoint] == {CallerKind.SIGNED_LINK}
    for name in [None, *(someone.name for someone in CALLERS)]:
        response = await everybody.http.request(method, path, headers=everybody.signed(name))
        assert response.status_code in statuses, f"{name}: {response.status_code} {response.text[:200]}"
        assert "@example.com" not in response.text


async def test_no_token_replaces_the_signature_of_a_platform(everybody: Caller) -> None:
    assert ENDPOINT_CALLERS[Endpoint.PLATFORM_INTAKE] == {CallerKind.PLATFORM}
    for name in [None, *(someone.name for someone in CALLERS)]:
        headers = {**everybody.signed(name), "X-Shopify-Topic": "checkouts/create", "X-Shopify-Webhook-Id": "1"}
        for path in ("/intake/shopify", "/intake/wix"):
            response = await everybody.http.post(path, content=b"{}", headers=headers)
            assert response.status_code == 401, f"{name}: {path} {response.status_code}"


async def test_a_session_on_the_merchant_pages_has_the_rights_of_its_token(everybody: Caller) -> None:
    for someone in CALLERS:
        body = {"token": everybody.tokens[someone.name], "next": "/merchant"}
        signed_in = await everybody.http.post("/merchant/sign-in", data=body, headers=LOCAL)
        if not is_accepted(someone.kind, Endpoint.MERCHANT):
            assert signed_in.status_code == 401, someone.name
            continue
        assert signed_in.status_code == 303, someone.name
        cookie = signed_in.headers["set-cookie"].partition(";")[0]
        everybody.http.cookies.clear()
        reason = refused(someone, Endpoint.MERCHANT, Data.MERCHANT_PAGES, Action.READ)
        shown = await everybody.http.get("/merchant/checkouts", headers={**LOCAL, "Cookie": cookie})
        assert shown.status_code == (200 if reason is None else 403), f"{someone.name}: {reason}"
        # The session opens these pages alone.
        for path in ("/control/flows", "/control/settings"):
            assert (await everybody.http.get(path, headers={**LOCAL, "Cookie": cookie})).status_code == 401
