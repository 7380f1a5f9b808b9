"""includeFields: only the fields of a payload that a subscription names by dotted paths."""

from abandoned_checkouts.checkouts.json_types import UntypedJson

# Paths as a tree of keys. An empty tree includes everything below its key.
IncludedFields = dict[str, "IncludedFields"]


def included(payload: UntypedJson, paths: list[str]) -> UntypedJson:
    """The payload with only those paths, in the payload's order of keys, or the whole payload without any path.

    In a list, a path is applied to each object. A path that the payload lacks is ignored.
    """
    if not paths:
        return payload
    tree: IncludedFields = {}
    for path in paths:
        place = tree
        names = path.split(".")
        for name in names[:-1]:
            place = place.setdefault(name, {})
            if place is _EVERYTHING:
                break
        else:
            place[names[-1]] = _EVERYTHING
    return {key: _cut(part, tree[key]) for key, part in payload.items() if key in tree}


_EVERYTHING: IncludedFields = {}


def _cut(value: object, tree: IncludedFields) -> object:
    if tree is _EVERYTHING:
        return value
    if isinstance(value, dict):
        return {key: _cut(part, tree[key]) for key, part in value.items() if key in tree}
    if isinstance(value, list):
        return [_cut(part, tree) for part in value]
    return value
