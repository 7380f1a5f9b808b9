"""Errors on Hebrew pages are in Hebrew: those of other modules, and those of whole requests."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.automations.yaml_problems import SENTENCES
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.http_kit.bodies import BodyProblem
from abandoned_checkouts.http_kit.failures import INTERNAL, UNAVAILABLE
from abandoned_checkouts.http_kit.responses import body_refusals
from abandoned_checkouts.merchant.flow_problems import problem_text
from abandoned_checkouts.merchant.known_errors import error_text, flow_error_text
from abandoned_checkouts.merchant.words import words_of
from abandoned_checkouts.reports.days import parse_day, parse_period, period_named
from abandoned_checkouts.store.outbox.subscriptions import SubscriptionError
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import DEEPEST_SEARCH
from abandoned_checkouts.work.subscribe import check_address
from search_syntax import check, parse
from tests.control.conftest import Desk
from tests.merchant.test_users import as_owner

HEBREW, ENGLISH = words_of("he"), words_of("en")
# Words of English prose; names of parameters, values and addresses stay.
PROSE = re.compile(r"\b(is|the|not|must|has|have|this|and|be|at|cannot)\b")


def message_of(call: Callable[[], object]) -> str:
    with pytest.raises((ValueError, SubscriptionError)) as problem:
        call()
    return str(problem.value)


@pytest.mark.parametrize(
    "message",
    [
        message_of(lambda: parse_day("soon")),
        message_of(lambda: parse_period("2026-11-02", "2026-11-01")),
        message_of(lambda: parse_period("1990-11-02", "2026-11-01")),
        message_of(lambda: period_named("8", 0, "UTC")),
        f"The period is invalid: {message_of(lambda: parse_day('soon'))}. Use from and to, or period=today|7.",
        message_of(lambda: check_address("ftp://shop.example", Reach.PUBLIC)),
        message_of(lambda: check_address("https://10.0.0.1/hook", Reach.PUBLIC)),
        f"The search has more than {DEEPEST_SEARCH} levels of nested groups.",
        *(str(refusal.message) for refusal in (INTERNAL, UNAVAILABLE)),
        *(
            str(body_refusals("512 KiB")(problem, "").refusal.message)
            for problem in (BodyProblem.TOO_LARGE, BodyProblem.TOO_SLOW, BodyProblem.CUT_SHORT)
        ),
        *(
            each.message
            for query in ("status:opne", "total_price:many", "created_at:soon", "accepts_marketing:perhaps")
            for each in check(
                parse(query), checkout_fields(extended=True), zone=UTC, now=datetime(2026, 12, 1, tzinfo=UTC)
            ).warnings
        ),
    ],
)
def test_errors_of_other_modules_are_translated(message: str) -> None:
    assert error_text(ENGLISH, message) == message
    hebrew = error_text(HEBREW, message)
    assert re.search("[א-ת]", hebrew) and not PROSE.search(hebrew), hebrew


def test_an_unknown_error_stays() -> None:
    assert error_text(HEBREW, "a text of another program") == "a text of another program"


def test_the_problems_of_a_flow_have_their_places() -> None:
    with pytest.raises(FlowError) as problem:
        parse_flow({"name": "", "steps": [{"wait": "soon"}]})
    text = flow_error_text(HEBREW, problem.value)
    assert "name" in text and "steps[0].wait" in text and not PROSE.search(text), text


def test_errors_of_the_yaml_parser_are_translated() -> None:
    for sentence in SENTENCES[:-1]:
        text = problem_text(HEBREW, "", f"not valid YAML or JSON: {sentence}")
        assert re.search("[א-ת]", text) and not PROSE.search(text), text
    assert "“\u2066found a moon\u2069”" in problem_text(
        HEBREW, "", f"not valid YAML or JSON: {SENTENCES[-1]}" % {"answer": "found a moon"}
    )
    assert "“\u2066unexpected '}'\u2069”" in problem_text(HEBREW, "steps[0]", ": line 1 of the text: unexpected '}'")


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("GET", "/?period=8", None),
        ("GET", "/?from=2026-09-22&to=2026-09-15", None),
        ("GET", "/merchant/checkouts?query=status%3Aopne", None),
        ("GET", "/merchant/settings/deliveries?from=soon", None),
        ("POST", "/merchant/users", {"email": "nobody"}),
        ("POST", "/merchant/settings/webhooks", {"topic": "abandoned_checkout/created", "address": "nowhere"}),
        ("POST", "/merchant/settings", {"abandoned_after_minutes": "many"}),
        ("POST", "/merchant/settings/mail", {"quiet_hours_from": "25:00", "quiet_hours_to": "x"}),
        ("POST", "/merchant/settings/tokens", {"name": ""}),
        ("POST", "/merchant/views", {"name": ""}),
        ("POST", "/merchant/flows/new", {"mode": "text", "text": "name: &a b", "save": "1"}),
        ("POST", "/merchant/flows/new", {"mode": "text", "text": "name: a: b", "save": "1"}),
        ("POST", "/merchant/flows/new", {"name": "", "save": "1"}),
    ],
)
async def test_no_error_of_a_hebrew_page_is_in_english(
    desk: Desk, method: str, path: str, form: dict[str, str] | None
) -> None:
    secret, headers = await as_owner(desk), {"Accept-Language": "he"}
    sent = None if form is None else {**form, "form_key": secret}
    answer = await desk.client.request(method, path, data=sent, headers=headers)
    assert 'dir="rtl"' in answer.text, answer.status_code
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    for text in re.findall(r"(?<=>)[^<>]+", re.sub(r"<(option|code|pre|textarea).*?</\1>", "", main, flags=re.DOTALL)):
        assert not PROSE.search(text), text
