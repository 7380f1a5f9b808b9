"""How lines end: with what they hang on, behind all other members. (Shopify: bulk operations, recorded files.)"""

# A line that hangs on nothing.
ENDS = "}\n"


def ends_below(id_text: str) -> str:
    """How the lines end that hang on the node with this id, which is a JSON text."""
    return f',"__parentId":{id_text}}}\n'


def ended(text: str, end: str) -> str:
    """The line of a node whose JSON is `text`. One without a member of its own has no comma before its parent."""
    if text == "{}":
        return "{" + end.removeprefix(",")
    return text[:-1] + end
