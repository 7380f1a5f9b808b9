"""Texts of log lines without personal data and secrets."""

import pytest

from abandoned_checkouts.telemetry.redaction import masked, safe_traceback


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to anna.b@shop.example failed", "mail to [e-mail] failed"),
        ("call +49 (30) 1234-567 now", "call [phone] now"),
        ("token shpat_0123abcd, Bearer abc.def", "token [token] [token]"),
        ("https://u:p@host.example/recover?key=1 'x'", "https://host.example/… 'x'"),
        ("running on http://127.0.0.1:8000 (Press CTRL+C)", "running on http://127.0.0.1:8000 (Press CTRL+C)"),
        ("checkout 1234567890 of shop 7", "checkout 1234567890 of shop 7"),
    ],
)
def test_what_looks_like_personal_data_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


def failure() -> Exception:
    try:
        try:
            int("Anna")
        except ValueError as cause:
            raise KeyError("anna@shop.example") from cause
    except KeyError as problem:
        return problem
    raise AssertionError


def test_a_traceback_has_places_and_kinds_of_errors_but_no_messages() -> None:
    shown = safe_traceback(failure(), with_messages=False)
    assert shown.index("ValueError") < shown.index("It led to:") < shown.index("KeyError")
    assert "test_redaction.py" in shown and "invalid literal" not in shown and "anna@" not in shown


def test_messages_are_shown_on_request_without_e_mail_addresses() -> None:
    shown = safe_traceback(failure(), with_messages=True)
    assert "invalid literal" in shown and "KeyError: '[e-mail]'" in shown
