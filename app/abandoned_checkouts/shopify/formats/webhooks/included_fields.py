"""includeFields: a payload cut down to the dotted paths that a subscription names."""

from abandoned_checkouts.checkouts.json_types import UntypedJson

# Paths as a tree; an empty one stands for everything below.
IncludedFields = dict[str, "IncludedFields"]


def included(payload: UntypedJson, paths: list[str]) -> UntypedJson:
    """The payload with only those paths, its keys in their order; without paths the whole of it.

    A path leads into the objects of a list as into one object; what a path names that is not there is left out.
    """
    if not paths:
        return payload
    wanted: IncludedFields = {}
    for path in paths:
        place = wanted
        names = path.split(".")
        for name in names[:-1]:
            place = place.setdefault(name, {})
            if place is _EVERYTHING:
                break
        else:
            place[names[-1]] = _EVERYTHING
    return {key: _cut(part, wanted[key]) for key, part in payload.items() if key in wanted}


_EVERYTHING: IncludedFields = {}


def _cut(value: object, wanted: IncludedFields) -> object:
    if wanted is _EVERYTHING:
        return value
    if isinstance(value, dict):
        return {key: _cut(part, wanted[key]) for key, part in value.items() if key in wanted}
    if isinstance(value, list):
        return [_cut(part, wanted) for part in value]
    return value
