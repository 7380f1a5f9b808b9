"""The order of lines without `groupObjects`: children come after their parent, but not right after it.

Shopify groups lines under their parent only with `groupObjects: true`; the default is false since 2026-01. It does not
say which order the others have. Ours is fixed: the lines of up to PORTION nodes of a root list, then the lines below
them in the order of the grouped file. (Shopify: bulk operations.)
"""

from collections.abc import Iterator, Sequence

__all__ = ["PORTION", "ungrouped"]

# Nodes of a root list whose lines come before the lines below them.
PORTION = 250
# A quotation mark inside a JSON string is escaped, so only a member has this text.
_PARENT = '"__parentId":"'


def ungrouped(blocks: Sequence[str]) -> Iterator[str]:
    """The lines of `blocks` in the order without groups. A block is a root node's line and the lines below it."""
    for start in range(0, len(blocks), PORTION):
        below: list[str] = []
        for block in blocks[start : start + PORTION]:
            for line in block.split("\n")[:-1]:
                if _PARENT in line:
                    below.append(line)
                else:
                    yield line + "\n"
        yield from (line + "\n" for line in below)
