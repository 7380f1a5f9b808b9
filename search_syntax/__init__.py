"""Shopify's search syntax: text → tree → meaning.

Takes a search text and the fields of a resource. Returns a tree, its meaning, warnings, suggestions, an explanation.
No text raises an error. The only dependency is lark; see README.md.
"""

from search_syntax.check import check
from search_syntax.complete import Suggestion, complete
from search_syntax.contradiction import contradiction
from search_syntax.explain import explain
from search_syntax.fields import Field, FieldSet, Kind
from search_syntax.filters import Filter, Split, split_filters
from search_syntax.meaning import Meaning, SearchWarning
from search_syntax.parse import Query, parse
from search_syntax.parsed import parsed, search_entry
from search_syntax.predicate import predicate
from search_syntax.strict import refusal, too_long
from search_syntax.text import text
from search_syntax.tokens import fold, tokenize, tokenize_all

__all__ = [
    "Field",
    "FieldSet",
    "Filter",
    "Kind",
    "Meaning",
    "Query",
    "SearchWarning",
    "Split",
    "Suggestion",
    "check",
    "complete",
    "contradiction",
    "explain",
    "fold",
    "parse",
    "parsed",
    "predicate",
    "refusal",
    "search_entry",
    "split_filters",
    "text",
    "tokenize",
    "tokenize_all",
    "too_long",
]
