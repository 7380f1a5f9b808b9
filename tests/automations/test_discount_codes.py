"""Lists of discount codes, generated codes, and when a step issues one."""

from dataclasses import replace

import pytest

from abandoned_checkouts.automations.decide import FlowFacts, PersonFacts, why_step_is_skipped
from abandoned_checkouts.automations.discount_codes import (
    CodeListError,
    empty_list_warning,
    generated_code,
    parse_code_list,
)
from abandoned_checkouts.automations.flow import ApplyDiscount, SendEmail
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import DAY, format_utc
from tests.automations.test_decide import NOW, SHOP, checkout, flow


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("A1\nB2\n", [("A1", None), ("B2", None)]),
        ("\ufeffcode,expires\r\n A1 , 2027-01-31\r\n\r\nB2,\r\n", [("A1", "2027-01-31T23:00:00Z"), ("B2", None)]),
        ('"A1","2027-06-30"', [("A1", "2027-06-30T22:00:00Z")]),
        ("A1\nA1,2027-01-31", [("A1", "2027-01-31T23:00:00Z")]),
    ],
)
def test_lists(text: str, codes: list[tuple[str, str | None]]) -> None:
    """A code is valid until the end of its day in Berlin, in winter and in summer."""
    found = parse_code_list(text, "Europe/Berlin")
    assert [(code, None if end is None else format_utc(end)) for code, end in found] == codes


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the list has no codes; write one on each line"),
        ("code\n", "the list has no codes"),
        ("A1\nB 2", "line 2: 'B 2' is not a code; write one on each line, such as SAVE10"),
        ("x" * 256, "line 1: 'xxxx"),
        ("A1,soon", "line 1: 'soon' is not a date; write the last day of the code, such as SAVE10,2027-01-31"),
        ("A1,9999-12-31", "line 1: '9999-12-31' is not a date"),
    ],
)
def test_lists_that_are_invalid(text: str, problem: str) -> None:
    with pytest.raises(CodeListError) as error:
        parse_code_list(text, "UTC")
    assert str(error.value).startswith(problem)


def test_a_generated_code_is_the_same_at_each_attempt() -> None:
    code = generated_code(SHOP, "step-1", "BACK-")
    assert code == generated_code(SHOP, "step-1", "BACK-") and len(code) == 15 and code.startswith("BACK-")
    others = {generated_code(SHOP, f"step-{number}", "") for number in range(1000)}
    assert len(others) == 1000
    assert generated_code(replace(SHOP, secret="other"), "step-1", "BACK-") != code


def test_a_warning_names_an_empty_list() -> None:
    assert empty_list_warning(["a", "b"], {"a": 1, "b": 2}) is None
    assert empty_list_warning(["a", "b"], {"a": 1}) == (
        "the list 'b' has no discount codes; add some: abandoned-checkouts flow codes add 'b' FILE"
    )


RECENT = "the buyer received a discount code less than 30 days ago"


@pytest.mark.parametrize(
    ("action", "last", "left", "reason"),
    [
        (ApplyDiscount("TEN"), None, {}, None),
        (ApplyDiscount("TEN"), 30 * DAY, {}, None),
        (ApplyDiscount("TEN"), 30 * DAY - 1, {}, RECENT),
        (ApplyDiscount("TEN", again_after_days=0), 0, {}, None),
        (ApplyDiscount("TEN", again_after_days=1), 1, {}, "the buyer received a discount code less than 1 day ago"),
        (ApplyDiscount(from_list="spring"), None, {"spring": 1}, None),
        (ApplyDiscount(from_list="spring"), None, {"spring": 0}, "no discount codes are left in the list 'spring'"),
        (ApplyDiscount(from_list="spring"), None, {}, "no discount codes are left in the list 'spring'"),
        (ApplyDiscount(from_list="spring"), DAY, {}, RECENT),
        (ApplyDiscount(webhook="https://x.example"), DAY, {}, RECENT),
    ],
)
def test_when_a_code_is_issued(
    action: ApplyDiscount, last: int | None, left: dict[str, int], reason: str | None
) -> None:
    person = PersonFacts(last_code_at=None if last is None else NOW - last)
    found = why_step_is_skipped(flow(), action, FlowFacts(SHOP, checkout(), NOW, person=person, codes_left=left))
    assert (None if found is None else found.reason) == reason


NO_CODE = "the mail has a discount code, and there is none for this checkout"


@pytest.mark.parametrize(
    ("mail", "code", "reason"),
    [
        (SendEmail(message="Use {{ code }}"), "TEN", None),
        (SendEmail(message="Use {{ code }}"), None, NO_CODE),
        (SendEmail(subject={"en": "x", "de": "Mit {{ code|upper }}"}), None, NO_CODE),
        (SendEmail(template="{{ unsubscribe_link }}{{ code }}"), None, NO_CODE),
        (SendEmail(message="{% if code %}Use {{ code }}{% endif %}"), None, None),
        (SendEmail(message="{{ code if code else 'Come back' }}"), None, None),
        (SendEmail(message="{% if first_name %}{{ code }}{% endif %}"), None, NO_CODE),
        (SendEmail(message="Your postcode"), None, None),
        (SendEmail(), None, None),
    ],
)
def test_a_mail_with_a_code_needs_one(mail: SendEmail, code: str | None, reason: str | None) -> None:
    found = why_step_is_skipped(flow(), mail, FlowFacts(SHOP, checkout(), NOW, code=code))
    assert (None if found is None else found.reason) == reason


@pytest.mark.parametrize(
    ("source", "action"),
    [
        ("TEN", ApplyDiscount("TEN")),
        ({"code": "TEN", "again_after_days": 0}, ApplyDiscount("TEN", again_after_days=0)),
        ({"list": "spring"}, ApplyDiscount(from_list="spring")),
        (
            {"webhook": "https://x.example/", "prefix": "B-", "valid_days": 7},
            ApplyDiscount(webhook="https://x.example/", prefix="B-", valid_days=7),
        ),
    ],
)
def test_sources_of_codes(source: object, action: ApplyDiscount) -> None:
    assert parse_flow({"name": "x", "steps": [{"apply_discount": source}]}).steps[0].action == action


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({}, " must have exactly one of the keys code, list, webhook"),
        ({"code": "A", "list": "b"}, " must have exactly one of the keys code, list, webhook"),
        ({"code": "A", "prefix": "B-"}, ".prefix needs webhook; remove it, or add the address"),
        ({"list": "a", "valid_days": 7}, ".valid_days needs webhook; remove it, or add the address"),
        ({"list": "a/b"}, ".list is 'a/b'; it must be a name without / and spaces at its ends"),
        ({"webhook": "ftp://x"}, ".webhook is 'ftp://x'; it must be a URL"),
        ({"webhook": "https://x.example", "prefix": "B ä"}, ".prefix is 'B ä'; it must have 1 to 20 letters"),
        (
            {"webhook": "https://x.example", "valid_days": 0},
            ".valid_days is 0; it must be a whole number from 1",
        ),
        ({"code": "A", "again_after_days": "x"}, ".again_after_days is 'x'; it must be a whole number from 0 to 366"),
        ({"code": "A", "again": 1}, ".again is unknown; the allowed keys are code, list, webhook, prefix, valid_days"),
    ],
)
def test_sources_that_are_invalid(source: object, problem: str) -> None:
    with pytest.raises(FlowError) as error:
        parse_flow({"name": "x", "steps": [{"apply_discount": source}]})
    assert str(error.value).startswith(f"steps[0].apply_discount{problem}")


def test_a_message_shows_the_first_40_characters_of_a_wrong_code() -> None:
    code = "a b" + "c" * 60
    with pytest.raises(CodeListError) as refused:
        parse_code_list(code, "UTC")
    assert f"line 1: {code[:40]!r} is not a code" in str(refused.value)


def test_a_flow_names_its_lists_of_codes_once() -> None:
    steps: list[Json] = [{"apply_discount": {"list": name}} for name in ("spring", "autumn", "spring")]
    steps += [{"apply_discount": {"code": "TEN"}}, {"send_email": {}}]
    assert parse_flow({"name": "Codes", "steps": steps}).code_lists == ["autumn", "spring"]
