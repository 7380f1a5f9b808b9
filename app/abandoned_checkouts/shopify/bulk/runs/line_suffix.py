"""The end of each line: the id of its parent node as the last member.

(Shopify: bulk operations, recorded files.)
"""

# The suffix of a line in a root list, which has no parent.
ROOT_LIST = "}\n"


def suffix_below(id_text: str) -> str:
    """The suffix of the lines nested in a node. `id_text` is the node's id as JSON."""
    return f',"__parentId":{id_text}}}\n'


def with_suffix(text: str, suffix: str) -> str:
    """The line of a node whose JSON is `text`. If the node has no members, there is no comma before the parent's id."""
    if text == "{}":
        return "{" + suffix.removeprefix(",")
    return text[:-1] + suffix
