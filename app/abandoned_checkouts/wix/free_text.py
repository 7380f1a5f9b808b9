"""Free-text search: {"expression": "ada lovelace", "mode": "AND", "fields": [...], "fuzzy": true}."""

from collections.abc import Mapping

from abandoned_checkouts.access.approvals import ALL_APPROVALS, Approvals
from abandoned_checkouts.wix.errors import InvalidArgumentError, Violation
from abandoned_checkouts.wix.filter_fields import TEXT_FIELDS, may_filter, wire_path
from search_syntax import meaning as m
from search_syntax import tokenize

_LONGEST = 100
_MOST_FIELDS = 20
# A shorter word has too many other words one typing error away.
_SHORTEST_FUZZY = 4
_MODES = ("OR", "AND")


def parse_free_text(source: object, path: str, approvals: Approvals = ALL_APPROVALS) -> m.Expression:
    """The expression that matches any word (mode OR, the default) or every word (AND), each in any of `fields`.

    Spaces separate words. A word such as ada@example.com is searched as a phrase: "ada", "example", "com" in a row.
    `path` is the path of `source` in the request body, for errors. Raises InvalidArgumentError.
    """
    if source is None:
        return m.EVERYTHING
    if not isinstance(source, dict):
        raise _refused(path, "Expected an object")
    expression = source.get("expression")
    if expression is None or expression == "":
        return m.EVERYTHING
    if not isinstance(expression, str):
        raise _refused(f"{path}.expression", "Expected a string")
    if len(expression) > _LONGEST:
        raise InvalidArgumentError(
            Violation(f"{path}.expression", f"has size {len(expression)}, expected {_LONGEST} or less", "MAX_LENGTH")
        )
    mode = source.get("mode") or "OR"
    if mode not in _MODES:
        raise _refused(f"{path}.mode", f"Expected one of {', '.join(_MODES)}")
    allowed = {name: key for name, key in TEXT_FIELDS.items() if may_filter(name, approvals)}
    keys = _keys(source.get("fields"), allowed, f"{path}.fields")
    if not keys:
        return m.NOTHING
    fuzzy = source.get("fuzzy") is True
    terms = expression.split()
    matches = [m.any_of([_term(key, tokens, fuzzy) for key in keys]) for tokens in map(tokenize, terms) if tokens]
    if not matches:
        return m.NOTHING if terms else m.EVERYTHING
    return m.any_of(matches) if mode == "OR" else m.all_of(matches)


def _term(key: str, tokens: tuple[str, ...], fuzzy: bool) -> m.Expression:
    if not fuzzy:
        return m.Words(key, tokens, phrase=len(tokens) > 1)
    return m.all_of(
        [m.Near(key, token) if len(token) >= _SHORTEST_FUZZY else m.Words(key, (token,)) for token in tokens]
    )


def _keys(fields: object, allowed: Mapping[str, str], path: str) -> list[str]:
    if fields is None or fields == []:
        return list(allowed.values())
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        raise _refused(path, "Expected a list of strings")
    if len(fields) > _MOST_FIELDS:
        raise InvalidArgumentError(
            Violation(path, f"has size {len(fields)}, expected {_MOST_FIELDS} or less", "MAX_SIZE")
        )
    for field in fields:
        if wire_path(field) not in allowed:
            raise _refused(path, f"Field '{field}' is not declared as searchable")
    return list(dict.fromkeys(allowed[wire_path(field)] for field in fields))


def _refused(path: str, description: str) -> InvalidArgumentError:
    return InvalidArgumentError(Violation(path, description))
