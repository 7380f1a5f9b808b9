"""The first request in docs/index.md, which /llms.txt shows to programs, is valid."""

import re

import orjson
from graphql import parse, validate

from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.places import DOCS

PAGE = (DOCS / "index.md").read_text(encoding="utf-8")


def test_the_first_body_is_a_valid_query() -> None:
    (body,) = re.findall(r"(?m)^`(\{.+\})`$", PAGE)
    assert not validate(graphql_schema(), parse(orjson.loads(body)["query"]))


def test_the_request_has_its_headers_and_its_token() -> None:
    for words in ("Content-Type: application/json", "X-Shopify-Access-Token", f"`{TOKEN}`", "`warehouse`"):
        assert words in PAGE
