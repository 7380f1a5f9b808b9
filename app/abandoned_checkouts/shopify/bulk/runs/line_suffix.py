"""How lines end: with the id of the node that they are nested in, behind all other members.

(Shopify: bulk operations, recorded files.)
"""

# The suffix of a line of a first list, which is nested in nothing.
FIRST_LIST = "}\n"


def suffix_below(id_text: str) -> str:
    """The suffix of the lines nested in the node with this id, which is a JSON text."""
    return f',"__parentId":{id_text}}}\n'


def with_suffix(text: str, suffix: str) -> str:
    """The line of a node whose JSON is `text`. One without a member of its own has no comma before its parent."""
    if text == "{}":
        return "{" + suffix.removeprefix(",")
    return text[:-1] + suffix
