"""The reasons for skipped steps in the reader's language: all that the program can give."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from abandoned_checkouts.automations import decide
from abandoned_checkouts.automations.cart_conditions import CART_NUMBERS
from abandoned_checkouts.automations.person_conditions import NUMBERS
from abandoned_checkouts.automations.postpone import NO_MAIL_SERVER
from abandoned_checkouts.checkouts.mail_problems import KINDS, SENTENCES, reason_of
from abandoned_checkouts.checkouts.mail_report import LABELS
from abandoned_checkouts.merchant.mail_advice import ADVICE
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.words import words_of

APP = Path(decide.__file__).parents[1]
HEBREW = words_of("he")
# The functions that return a reason, or give one to a result.
RETURNING = {
    "automations/decide.py": ("why_flow_stops", "_settled", "_outside_conditions", "why_condition_fails"),
    "automations/cart_conditions.py": ("why_cart_differs",),
    "automations/person_conditions.py": ("why_person_differs",),
}
GIVEN = ("Refusal", "_cancelled", "Postponement", "StepResult", "PastDecision")
STATES = {"done", "failed", "skipped", "cancelled", "waiting", "stops", "waits", "silent", "runs", "then", "else: …"}
ACTIVITIES = {"AUTOMATION_SKIPPED", "EMAIL_NOT_SENT", "EMAIL_SENT", "NOTIFICATION_SENT", "TASK_CREATED", "SCHEDULED"}
# Texts of other servers.
FOREIGN = {"internal server error"}


def texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression can be, with … for each value."""
    if isinstance(node, ast.JoinedStr):
        yield from map("".join, product(*(list(_part(part)) for part in node.values)))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in texts(value))


def _part(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.FormattedValue):
        yield from texts(node)
    elif isinstance(node.value, ast.IfExp):
        yield from texts(node.value)
    elif isinstance(node.value, ast.BinOp):
        # The plural: 's' * (days != 1).
        yield from ("", *texts(node.value.left))
    else:
        yield "…"


def reasons_of_program() -> set[str]:
    found = set(LABELS.values())
    for path in [*(APP / "automations").glob("*.py"), *(APP / "work").glob("*.py")]:
        tree, name = ast.parse(path.read_text()), path.relative_to(APP).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GIVEN:
                for value in [*node.args, *(each.value for each in node.keywords)]:
                    found.update(texts(value))
            if isinstance(node, ast.FunctionDef) and node.name in RETURNING.get(name, ()):
                returned = (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)
                found.update(text for value in returned for text in texts(value))
    return {each for each in found if each.strip("… ") and each not in STATES | ACTIVITIES | FOREIGN}


def test_every_reason_of_the_program_is_translated() -> None:
    found = reasons_of_program()
    assert {"the buyer unsubscribed", "the flow … already writes to the buyer", "held out"} <= found
    found |= {f"the {name} is not >= 2" for name in (*CART_NUMBERS.values(), *NUMBERS.values())}
    # Texts that begin with another reason, or with the name of a number.
    found -= {"the … is not …", "…; it was asked for newer_than_days (…)"}
    found |= {f"{NO_MAIL_SERVER}{each.removeprefix('…')}" for each in found if each.startswith("…;")}
    found = {each for each in found if not each.startswith("…;")}
    left = [each for each in sorted(found) if not re.search("[א-ת]", reason_text(HEBREW, each))]
    assert left == [], "\n".join(left)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("the buyer received … mails in seven days; the limit is …", "⁨…⁩"),
        ("the flow 'Two: reminders' already writes to the buyer", "⁨Two: reminders⁩"),
        ("Two reminders: held out", "Two reminders: "),
        ("Mine: waits until 2026-01-01T10:00:00Z: quiet hours 22:00-08:00 (UTC)", "⁨22:00-08:00⁩"),
        (
            "the address does not exist or refuses mails (hard bounce): 550 no such user",
            ": “\u2066550 no such user\u2069”",
        ),
        ("Mine: the mail server rejected the recipient: 550 no: user", "“\u2066550 no: user\u2069”"),
    ],
)
def test_names_and_numbers_stay(reason: str, shown: str) -> None:
    text = reason_text(HEBREW, reason)
    assert shown in text and text != reason and re.search("[א-ת]", text)
    assert reason_text(words_of("en"), reason).translate({0x201C: None, 0x201D: None}) == reason or "…" in reason


def test_every_problem_of_a_mail_server_is_translated() -> None:
    assert set(SENTENCES) == set(KINDS) == set(ADVICE)
    for kind in KINDS:
        reason = reason_text(HEBREW, f"Mine: {reason_of(kind, '550 5.1.1 go: away')}")
        assert re.fullmatch(r"Mine: [^a-z]+“\u2066550 5.1.1 go: away\u2069”[^a-z]*", reason), reason
        assert re.search("[א-ת]", HEBREW.text(ADVICE[kind]))


def test_a_text_of_another_server_stays() -> None:
    assert reason_text(HEBREW, "550: go away") == "550: go away"
    assert len(reason_text(HEBREW, "x: " * 5000)) == 15000
