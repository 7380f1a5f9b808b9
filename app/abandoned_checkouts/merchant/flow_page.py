"""One flow: what it does, its figures and its mails."""

from functools import partial

from starlette.responses import Response

from abandoned_checkouts.automations.explain import numbered_steps
from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.automations.flow_text import flow_text_of
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.dry_run_page import DEFAULT_DAYS
from abandoned_checkouts.merchant.flow_fields import explanation
from abandoned_checkouts.merchant.flow_figures import figures_of_flows
from abandoned_checkouts.merchant.flows import PERIODS, period_of
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.recovery.languages import LANGUAGES, language_of
from abandoned_checkouts.store.flows.flows import find_flow


async def flow_page(visit: Visit) -> Response:
    """`?period=` chooses the days of the figures, `?locale=` the language of the mails."""
    name, period = period_of(visit)
    locale = visit.parameters().get("locale", "")
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, visit.shop, number_in(visit.request, "flow_id")))
    figures_of = partial(figures_of_flows, visit=visit, rows=[row], period=period)
    (figures,) = await visit.database.read_behind(figures_of)
    flow = figures.flow
    steps = [] if flow is None else list(flow.all_steps())
    labels = {} if flow is None else {step.number: label for label, step in numbered_steps(flow.steps)}
    return visit.page(
        "flow.html",
        flow=figures,
        explanation=[] if flow is None else explanation(visit, flow),
        mails=[labels[step.number] for step in steps if isinstance(step.action, SendEmail)],
        text=flow_text_of(row["definition"]),
        periods=PERIODS,
        period=name,
        locales=locale_names(visit),
        locale=locale if locale in LANGUAGES else "",
        dry_run_days=DEFAULT_DAYS,
    )


def locale_names(visit: Visit) -> list[tuple[str, str]]:
    """The languages of mails, by the names in the reader's language."""
    names = ((name, language_of(name).locale.get_display_name(visit.words.locale) or name) for name in LANGUAGES)
    return sorted(names, key=lambda each: each[1])
