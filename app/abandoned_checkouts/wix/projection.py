"""Field selection: {"fields": ["id", "buyerInfo.email"]} returns only these fields of each entity."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from abandoned_checkouts.checkouts.json_types import Json, JsonValue

# Keys to keep. None keeps the whole value, a nested tree keeps some keys of it.
_KeyTree: TypeAlias = "dict[str, _KeyTree | None]"


def projected(entity: Json, paths: Sequence[str]) -> Json:
    """The entity with only its id and the values at `paths`, which are dotted. A path to an object keeps the object.

    A path through a list applies to each of its elements. A path that does not exist is ignored.
    """
    tree: _KeyTree = {}
    for path in ("id", *paths):
        branch = tree
        keys = path.split(".")
        for key in keys[:-1]:
            subtree = branch.setdefault(key, {})
            if subtree is None:
                break
            branch = subtree
        else:
            branch[keys[-1]] = None
    return _selected(entity, tree)


def _selected(source: Mapping[str, JsonValue], tree: _KeyTree) -> Json:
    selected: Json = {}
    for name, value in source.items():
        if name not in tree:
            continue
        subtree = tree[name]
        if subtree is None:
            selected[name] = value
        elif isinstance(value, dict):
            selected[name] = _selected(value, subtree)
        elif isinstance(value, list):
            selected[name] = [_selected(item, subtree) for item in value if isinstance(item, dict)]
    return selected
