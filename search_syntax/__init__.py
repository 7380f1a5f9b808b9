"""Shopify's search syntax: text to tree to meaning. Needs Lark and nothing else; see README.md."""

from search_syntax.check import check
from search_syntax.fields import Field, FieldSet, Kind
from search_syntax.meaning import Meaning, SearchWarning
from search_syntax.parse import Query, parse
from search_syntax.predicate import predicate

__all__ = [
    "Field",
    "FieldSet",
    "Kind",
    "Meaning",
    "Query",
    "SearchWarning",
    "check",
    "parse",
    "predicate",
]
