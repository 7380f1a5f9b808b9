"""Each error of both YAML parsers has a plain sentence."""

from typing import Any

import pytest
import yaml

from abandoned_checkouts.automations.yaml_problems import plain_problem

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]
# A text with an error → words of its sentence.
CASES = {
    "a: b: c": "a colon is not allowed here",
    "a: 1\n b: 2": "a colon is not allowed here",
    "key\nb: c": "a colon is not allowed here",
    "a: x\nb: 'y": "add the closing quote",
    'a: "x\n...\n': "begins with --- or ...",
    'a: "\\q"': "a backslash in double quotes",
    'a: "\\xzz"': "a backslash in double quotes",
    "a: |x\n b": "the text after | or >",
    "a: |0\n b": "the text after | or >",
    "a: |\n\tfoo": "tab",
    "\tc: d": "tab",
    "a: @x": "cannot begin with this character",
    "a:\n- b\nc\n d: e": "a colon is missing after the key",
    "a: - b": "an entry with - is not allowed here",
    "- a\nb: c": "each entry begins with -",
    "- - a\n - b": "each entry begins with -",
    "a:\n  - b\n c: d": "indented equally far",
    "a: 'b' c": "nothing follows a closing quote",
    "[a": "a list in [ ]",
    "a: {b: [c}": "a list in [ ]",
    "{a: b": "a mapping in { }",
    "- {": "a value is missing",
    "a: ]": "a value is missing",
    "a: 1\n---\nb: 2": "one flow",
    "{a: b} c": "one flow",
    "? [a]\n: b": "a key must be a text",
    "a: *x": "cannot begin with & or *",
    "a: &": "cannot begin with & or *",
    "a: !<x": "cannot begin with !",
    "a: !foo!bar x": "cannot begin with !",
    "%TAG x\n---": "cannot begin with a percent sign",
    "%YAML 3.0\n---\na": "cannot begin with a percent sign",
    "a: \0": "a control character",
}


def problem_of(text: str, loader: Any) -> str:
    with pytest.raises(yaml.YAMLError) as error:
        yaml.load(text, loader)
    return plain_problem(error.value)


@pytest.mark.parametrize("loader", LOADERS)
def test_an_error_has_a_plain_sentence(loader: Any) -> None:
    found = {text: problem_of(text, loader) for text in CASES}
    assert {text: words for text, words in CASES.items() if words not in found[text]} == {}


def test_an_unknown_error_is_quoted_in_part() -> None:
    problem = plain_problem(yaml.YAMLError("the moon\n is full " + "x" * 500))
    assert problem.startswith("the parser cannot read it: the moon is full x") and len(problem) == 27 + 200
