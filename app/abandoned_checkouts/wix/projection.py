"""Only the fields that a query names: {"fields": ["id", "buyerInfo.email"]}."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from abandoned_checkouts.checkouts.json_types import Json, JsonValue

# Names to keep: all of what is there, or what is wanted of it.
_Wanted: TypeAlias = "dict[str, _Wanted | None]"


def projected(entity: Json, paths: Sequence[str]) -> Json:
    """The entity with these dotted paths alone, and its id always; a path to an object takes all of it.

    Within lists a path goes on in each element. Paths that lead nowhere are passed over.
    """
    wanted: _Wanted = {}
    for path in ("id", *paths):
        branch = wanted
        steps = path.split(".")
        for step in steps[:-1]:
            following = branch.setdefault(step, {})
            if following is None:
                break
            branch = following
        else:
            branch[steps[-1]] = None
    return _kept(entity, wanted)


def _kept(source: Mapping[str, JsonValue], wanted: _Wanted) -> Json:
    kept: Json = {}
    for name, value in source.items():
        if name not in wanted:
            continue
        deeper = wanted[name]
        if deeper is None:
            kept[name] = value
        elif isinstance(value, dict):
            kept[name] = _kept(value, deeper)
        elif isinstance(value, list):
            kept[name] = [_kept(item, deeper) for item in value if isinstance(item, dict)]
    return kept
