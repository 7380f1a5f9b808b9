"""Prints docs/errors.md from the declared texts of errors."""

import itertools

from abandoned_checkouts.cli.application import EPILOG
from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import ProblemText
from abandoned_checkouts.wix import errors as wix_errors
from abandoned_checkouts.wix.errors import WixError
from tests.docs.access_page import table
from tests.docs.coverage_page import cell_of, error_rows

INTRODUCTION = """# Errors

Words in braces stand for names and values of the request.

| where | form of an error | status |
|---|---|---|
| Shopify's GraphQL | `errors` with `message`, `path`, `extensions.code`; of mutations also `userErrors` | 200, 401 |
| Shopify's REST | `errors`: a text, or texts by parameter | 400 to 503 |
| Wix | `message` and `details` with `applicationError` or `validationError` | see below |
| `/control`, `/intake`, `/__twin`, `/docs` | `errors`: a sentence that says what to do | 400 to 503 |
| the command line | one line on standard error | the exit code |

An invalid term of a search is not an error but a [warning](search.md#warnings), except in
[strict mode](search.md#strict-mode)."""


def problem_rows() -> list[tuple[str, str, str]]:
    problems = {text for text in vars(user_errors).values() if isinstance(text, ProblemText)}
    return sorted(
        (f"`{each.code}`" if each.code else "–", cell_of(each.message), ".".join(each.field or ()) or "–")
        for each in problems
    )


def wix_rows() -> list[tuple[str, str]]:
    found = {each for each in vars(wix_errors).values() if isinstance(each, type) and issubclass(each, WixError)}
    return [(str(each.status), f"`{each.code}`") for each in sorted(found, key=lambda each: each.status)]


def exit_codes() -> str:
    """The last line of the program's help as a list: "0 success, 1 some …" has a code before each meaning."""
    words = EPILOG.removeprefix("Exit codes: ").rstrip(".").split()
    starts = [place for place, word in enumerate(words) if word.isdigit()] + [len(words)]
    pairs = itertools.pairwise(starts)
    rows = [(words[start], " ".join(words[start + 1 : end]).rstrip(",")) for start, end in pairs]
    return table(("code", "meaning"), rows)


def errors_page() -> str:
    graphql = [(code, message) for code, message, _ in error_rows()]
    sections = [
        INTRODUCTION,
        "## GraphQL\n\n" + table(("code", "message"), graphql),
        "## User errors of mutations\n\n" + table(("code", "message", "field"), problem_rows()),
        "## Wix codes\n\n" + table(("status", "code"), wix_rows()),
        "## Exit codes\n\n" + exit_codes(),
    ]
    return "\n\n".join(sections) + "\n"
