"""`/__twin/requests`, `/__twin/deliveries` and `/__twin/mails`: list, find, count, wait, delete."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.request_headers import address_of
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys, missing
from abandoned_checkouts.twin.copies import as_curl, as_test
from abandoned_checkouts.twin.journal import MAILS, MOST
from abandoned_checkouts.twin.journal_filters import FILTERS
from abandoned_checkouts.twin.journal_views import View, of_shop, summary, whole
from abandoned_checkouts.twin.twin_callers import domain_in, shop_named

LONGEST_WAIT = 600_000
_DEFAULT_WAIT = 10_000
COPIES = ("curl", "test")


async def list_entries(request: Request, controls: Controls) -> Response:
    """The newest entries, oldest first: `?limit=50&after=ID&since=INSTANT&bodies=false&waitMillis=…` and filters by
    field."""
    kind, given = _kind(request), dict(request.query_params)
    since, bodies = _instant(given.pop("since", None)), given.pop("bodies", "true")
    if bodies not in ("true", "false"):
        raise RefusedError(422, '"bodies" must be true or false.')
    limit = _number(given.pop("limit", 100), "limit", MOST)
    after = _number(given.pop("after", 0), "after", 2**53)
    wait = _number(given.pop("waitMillis", 0), "waitMillis", LONGEST_WAIT)
    found = await controls.journal.wait(
        kind, _filters(request, given), 1, wait / 1000, after=after, most=limit, view=_view(request)
    )
    # The entries are in the order of their instants.
    found = [entry for entry in found if parse_moment(entry["instant"]) >= since]
    return json_response({kind: found if bodies == "true" else [summary(entry) for entry in found]})


async def find(request: Request, controls: Controls) -> Response:
    """The entries that match the filters in the body."""
    kind, filters = _kind(request), await body_of(request)
    found = await controls.journal.find(kind, _filters(request, filters), view=_view(request))
    return json_response({kind: found})


async def count(request: Request, controls: Controls) -> Response:
    """The number of entries that match the filters in the body."""
    kind, filters = _kind(request), await body_of(request)
    number = await controls.journal.count(kind, _filters(request, filters), view=_view(request))
    return json_response({"count": number})


async def wait_for_count(request: Request, controls: Controls) -> Response:
    """Wait until `count` entries match. After `timeoutMillis` of real time, responds with status 408 and the entries so
    far."""
    kind, body = _kind(request), await body_of(request)
    wanted = _number(body.pop("count", 1), "count", MOST)
    timeout = _number(body.pop("timeoutMillis", _DEFAULT_WAIT), "timeoutMillis", LONGEST_WAIT)
    found = await controls.journal.wait(kind, _filters(request, body), wanted, timeout / 1000, view=_view(request))
    if len(found) >= wanted:
        return json_response({"count": len(found), kind: found})
    message = f"{len(found)} of {wanted} {kind} came within {timeout} milliseconds."
    return json_response({"errors": message, "count": len(found), kind: found}, 408)


async def delete(request: Request, controls: Controls) -> Response:
    """Delete all entries, or those that match the filters in the URL. Mails stay in the store, with their checkouts."""
    kind, given = _kind(request), dict(request.query_params)
    return json_response(
        {"deleted": await controls.journal.delete(kind, _filters(request, given), view=_view(request))}
    )


async def show(request: Request, controls: Controls) -> Response:
    """One entry with everything that was sent and received."""
    return json_response(await _entry(request, controls))


async def copy(request: Request, controls: Controls) -> Response:
    """A request as text that can be run again: `curl` or `test`."""
    form = request.path_params["form"]
    if form not in COPIES:
        raise missing("copy", form, COPIES)
    entry = await _entry(request, controls)
    text = as_curl(entry, address_of(request, controls.public_url)) if form == "curl" else as_test(entry)
    return PlainTextResponse(text)


def _kind(request: Request) -> str:
    """The kind of entries: the first part of the path below /__twin."""
    return request.url.path.split("/")[2]


async def _entry(request: Request, controls: Controls) -> UntypedJson:
    kind, number = _kind(request), whole_number(request.path_params["id"])
    entry = None if number is None else await controls.journal.get(kind, number)
    entry = None if entry is None else _view(request)(entry)
    if entry is None:
        raise RefusedError(404, f"The journal of {kind} has no entry {request.path_params['id'][:100]}.")
    return entry


def _view(request: Request) -> View:
    domain = domain_in(request)
    return whole if domain is None else of_shop(domain)


def _filters(request: Request, given: UntypedJson) -> Mapping[str, object]:
    """The filters of a request. With an access token, they find mails of its shop only. Raises RefusedError."""
    kind = _kind(request)
    known_keys(given, FILTERS[kind])
    if kind != MAILS or domain_in(request) is None:
        return given
    return {**given, "shop": shop_named(request, given.get("shop"))}


def _instant(text: str | None) -> int:
    """The moment that a request names; without one, the first of all. Raises RefusedError."""
    if text is None:
        return 0
    try:
        return parse_moment(text)
    except MomentError:
        raise RefusedError(422, f'"since" is {text[:100]!r}. Write, for example, "2026-12-01T09:00:00Z".') from None


def _number(value: object, name: str, most: int) -> int:
    number = whole_number(value) if isinstance(value, str) else value
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= most:
        raise RefusedError(422, f'"{name}" must be a whole number from 0 to {most}.')
    return number
