"""Numbers of steps that stay when a flow is edited, so that running flows keep their place.

A new text of a flow is compared with the stored one. A step keeps its number if its text is the same, or else if it is
the most similar step of its kind between the same neighbours. New steps get new numbers. A step that was removed leads
to the step that followed it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from abandoned_checkouts.automations.flow import Branch, Flow, Step
from abandoned_checkouts.automations.flow_tree import numbered, step_after
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson

# Removed steps whose successors are remembered. A flow waits at most a year, so nobody makes more edits meanwhile.
MOST_REMOVED = 500


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """`numbers` are those of the steps, in the order of `Flow.all_steps`; `following` is the next new one. `removed`
    leads from a removed step to the one that followed it, or to None at the end of the flow."""

    numbers: tuple[int, ...]
    following: int
    removed: dict[int, int | None] = field(default_factory=dict)

    def to_json(self) -> Json:
        removed: list[list[int | None]] = [[number, after] for number, after in self.removed.items()]
        return {"numbers": list(self.numbers), "following": self.following, "removed": removed}


def stored_numbers(value: UntypedJson | None, flow: Flow) -> StepNumbers:
    """The numbers of a stored flow. A flow that was stored before steps had numbers counts them from 0."""
    count = sum(1 for _ in flow.all_steps())
    if value is None or len(value["numbers"]) != count:
        return StepNumbers(tuple(range(count)), count)
    removed = {int(number): after for number, after in value["removed"]}
    return StepNumbers(tuple(value["numbers"]), int(value["following"]), removed)


def with_numbers(flow: Flow, numbers: StepNumbers) -> Flow:
    return replace(flow, steps=numbered(flow.steps, iter(numbers.numbers)), removed=numbers.removed)


def numbers_after_edit(old: Flow, numbers: StepNumbers, new: Flow) -> StepNumbers:
    """The numbers of the steps of `new`, which replaces `old`."""
    old = with_numbers(old, numbers)
    before, after = list(old.all_steps()), list(new.all_steps())
    same = _matches(before, after)
    following, found = numbers.following, []
    for place in range(len(after)):
        if place in same:
            found.append(before[same[place]].number)
        else:
            found.append(following)
            following += 1
    kept = set(found)
    gone = {step.number: _successor(old, step, kept) for step in before if step.number not in kept}
    removed = {number: place for number, place in {**numbers.removed, **gone}.items() if number not in kept}
    recent = dict(list(removed.items())[-MOST_REMOVED:])
    return StepNumbers(tuple(found), following, recent)


def _successor(flow: Flow, step: Step, kept: set[int]) -> int | None:
    """The number of the first step after a removed one that is kept."""
    if isinstance(step.action, Branch):
        within = (*step.action.then, *step.action.otherwise)
        inner = next((each.number for each in within if each.number in kept), None)
        if inner is not None:
            return inner
    following = step_after(flow, step.number)
    while following is not None and following.number not in kept:
        following = step_after(flow, following.number)
    return None if following is None else following.number


def _matches(before: Sequence[Step], after: Sequence[Step]) -> dict[int, int]:
    """The index of each kept step in the new text → its index in the old one."""
    same = dict(_in_order(before, after))
    for place, step in enumerate(after):
        # A step that was moved to another place.
        used = set(same.values())
        where = [each for each, old in enumerate(before) if each not in used and _whole(old) == _whole(step)]
        if place not in same and where:
            same[place] = where[0]
    return same


def _in_order(before: Sequence[Step], after: Sequence[Step]) -> Iterator[tuple[int, int]]:
    for olds, news in _gaps(before, after, _whole):
        if isinstance(olds, int) and isinstance(news, int):
            yield news, olds
        elif isinstance(olds, range) and isinstance(news, range):
            yield from _similar(before, after, olds, news)


def _gaps(
    before: Sequence[Step], after: Sequence[Step], key: Callable[[Step], str]
) -> Iterator[tuple[int | range, int | range]]:
    """Pairs of indexes of equal steps, and between them pairs of ranges of steps that differ."""
    matcher = SequenceMatcher(None, [key(step) for step in before], [key(step) for step in after], autojunk=False)
    old = new = 0
    for block in matcher.get_matching_blocks():
        yield range(old, block.a), range(new, block.b)
        yield from zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True)
        old, new = block.a + block.size, block.b + block.size


def _similar(before: Sequence[Step], after: Sequence[Step], olds: range, news: range) -> Iterator[tuple[int, int]]:
    """Pairs of steps of one kind, the most similar first."""
    ratios = [
        (
            SequenceMatcher(None, _whole(before[old]), _whole(after[new]), autojunk=False).ratio(),
            -abs(new - old),
            old,
            new,
        )
        for old in olds
        for new in news
        if before[old].action.kind == after[new].action.kind
    ]
    left, free = set(olds), set(news)
    for _, _, old, new in sorted(ratios, key=lambda each: (-each[0], -each[1])):
        if old in left and new in free:
            left.remove(old)
            free.remove(new)
            yield new, old


def _whole(step: Step) -> str:
    """The text of a step with its waits; of a branch, only its condition."""
    action = step.action
    return repr((step.waits, action.kind, action.condition if isinstance(action, Branch) else action))
