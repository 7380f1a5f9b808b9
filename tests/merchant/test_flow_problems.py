"""The problems of a flow in the reader's language: all that the program can give."""

import ast
import re

import pytest

from abandoned_checkouts.merchant.flow_problems import problem_text
from abandoned_checkouts.merchant.words import words_of
from tests.merchant.test_reasons import APP, texts

HEBREW = words_of("he")
MODULES = [*(APP / "automations").glob("*.py"), APP / "checkouts" / "shop_template.py"]
# The errors of flows and of their texts, and how many of their arguments come before the message.
LINE = "שורה \u20681\u2069 של הטקסט"
ERRORS = {"ConditionError": 1, "WaitError": 0, "FlowTextError": 0, "TemplateSyntaxError": 0}


def texts_of_problems() -> set[str]:
    """The messages of errors, with … for each value."""
    found: set[str] = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "error" and node.args:
                found.update(texts(node.args[0]))
            elif name in ERRORS and len(node.args) > ERRORS[name]:
                found.update(texts(node.args[ERRORS[name]]))
    return found


def test_every_problem_of_the_program_is_translated() -> None:
    found = texts_of_problems()
    assert {" must be a text that is not empty", "a nested loop must be over a list of `…`"} <= found
    # Their texts are those of other errors.
    found -= {"…", ": …", "……", ": …: ……"}
    # The messages of texts begin with their line, and some are parts of others.
    left = {each for each in found if not is_translated(each.removeprefix("…"))}
    assert {each for each in left if not is_translated(f": {each}")} == set()


def is_translated(text: str) -> bool:
    inside = (text, f": line 1 of the text: {text}")
    return any(re.search("[א-ת]", problem_text(HEBREW, "", each).replace(LINE, "")) for each in inside)


@pytest.mark.parametrize(
    "message",
    [
        ": status: Input `opne` is not an accepted value. Did you mean open?",
        ": status: Input `opne` is not an accepted value.",
        ": line 2 of the text: foo is unknown; the variables are cart, code",
        ": line 2 of the text: a template cannot contain `include`",
        " is never met: the condition is always met here; remove it, or change the condition",
    ],
)
def test_a_problem_with_another_inside(message: str) -> None:
    text = problem_text(HEBREW, "steps[0]", message)
    assert text.startswith("steps[0]") and re.search("[א-ת]", text)
    assert not re.search(r"\b(is|the|not|cannot|of|an)\b", text), text
