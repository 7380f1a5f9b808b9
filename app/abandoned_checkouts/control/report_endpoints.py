"""Reports over HTTP: `?from=2026-11-01&to=2026-11-30` or `?period=30`, and `&currency=EUR&money=buyer`."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import NOT_FOUND, Control, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.reports.days import PERIODS, PeriodError, iso, parse_period, period_named
from abandoned_checkouts.work.report import ReportQuery
from abandoned_checkouts.work.report_tables import BY, overview_json, report_rows


async def overview(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the figures of a period: see reports."""
    query = report_query(request, control, shop)
    return respond(
        await control.database.read_report(
            lambda connection: overview_json(connection, shop, control.reports, query, control.clock())
        )
    )


async def table(request: Request, control: Control, shop: Shop) -> Response:
    """Returns a report with its period, time zone and currency: `/reports/day`, `/reports/product` or
    `/reports/flow`."""
    by = next((each for each in BY if each == request.path_params["by"]), None)
    if by is None:
        raise RefusedError(*NOT_FOUND)
    query = report_query(request, control, shop)
    rows = await control.database.read_report(
        lambda connection: report_rows(connection, shop, control.reports, query, by, control.clock())
    )
    period = {"from": iso(query.period.first), "to": iso(query.period.last)}
    # Products and steps are always in the shop's currency.
    currency = query.currency if by == "day" and query.currency else shop.currency
    return respond({**period, "timezone": shop.timezone, "currency": currency, by: rows})


def report_query(request: Request, control: Control, shop: Shop) -> ReportQuery:
    """The period and the currency of a request; by default 30 days. Raises RefusedError."""
    given, now = request.query_params, control.clock()
    currency, money = given.get("currency", ""), given.get("money", "shop")
    if money not in ("shop", "buyer"):
        raise RefusedError(422, f"{money!r} is not allowed in money; use shop or buyer")
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise RefusedError(422, f"{currency!r} is not a currency; use a code such as EUR")
    first, last = given.get("from"), given.get("to")
    try:
        if first or last:
            if not (first and last):
                raise PeriodError("a period needs from and to")
            period = parse_period(first, last)
        else:
            period = period_named(given.get("period", "30"), now, shop.timezone)
    except PeriodError as problem:
        raise RefusedError(
            422, f"The period is invalid: {problem}. Use from and to, or period={'|'.join(PERIODS)}."
        ) from None
    return ReportQuery(period, currency, "buyer" if money == "buyer" else "shop")
