"""docs/explorer.md lists the examples, and its documented response is the actual one."""

import json
import re
from datetime import UTC, datetime

from abandoned_checkouts.explorer.examples import examples
from abandoned_checkouts.explorer.search_help import LONGEST_QUERY, search_help
from tests.explorer.fields import SETS
from tests.places import DOCS

PAGE = (DOCS / "explorer.md").read_text(encoding="utf-8")


def test_examples_are_listed_with_their_descriptions() -> None:
    for example in examples():
        assert f"| {example.title} | {example.description} |" in PAGE


def test_the_documented_response_is_the_real_one() -> None:
    shown = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert shown
    assert json.loads(shown[1]) == search_help({"query": "status:opne"}, SETS, datetime.now(UTC))
    assert f"at most {LONGEST_QUERY:,} characters" in PAGE
