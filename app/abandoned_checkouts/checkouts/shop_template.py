"""Texts that a shop writes with places for values: as much of Jinja as a mail needs, and nothing that runs away.

A template comes from whoever may change a shop's flows, and is filled in by the process that answers everybody. So what
takes more time or memory than the text and the cart are long is refused where it is written: loops that are not over
the cart, calls, macros, and operators and filters that repeat a text.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import Environment, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Characters; the largest mails that are shown whole have a tenth of a million.
LONGEST_RESULT = 2_000_000
MOST_LOOPS = 20
# Text, values, names, operators and tags are parts; the built-in mail has some two hundred.
MOST_PARTS = 5_000
DEEPEST = 40
_TOO_DEEP = "it is nested too deep"
FILTERS = frozenset(
    (
        *("capitalize", "d", "default", "e", "escape", "first", "float", "int", "join", "last", "length", "lower"),
        *("round", "safe", "striptags", "title", "trim", "truncate", "upper", "urlencode"),
    )
)
_PARTS: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Tuple, nodes.List),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test),
    *(nodes.Filter, nodes.Keyword, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg),
)
_PATHS = (nodes.Name, nodes.Getattr, nodes.Getitem)
_WRITTEN = {
    nodes.Call: "a call; filters such as |upper do the same",
    nodes.CallBlock: "a call block",
    nodes.Macro: "a macro",
    nodes.Mul: "the operator *",
    nodes.Pow: "the operator **",
    nodes.Mod: "the operator %",
    nodes.Include: "an include",
    nodes.Extends: "an extends",
    nodes.Scope: "a change of escaping",
}
_html = ImmutableSandboxedEnvironment(autoescape=True)
_plain = ImmutableSandboxedEnvironment(autoescape=False)


def check_template(text: str) -> None:
    """Raises jinja2.TemplateSyntaxError, with a line, for what is no template or not one that a shop may write."""
    _template(_plain, text)


def filled_in(text: str, values: Mapping[str, object], *, html: bool = False) -> str:
    """The text with its values; those are escaped for HTML where it is such. Raises jinja2.TemplateError."""
    parts, length = [], 0
    try:
        for part in _template(_html if html else _plain, text).generate(values):
            parts.append(part)
            length += len(part)
            if length > LONGEST_RESULT:
                raise TemplateError(f"it becomes longer than {LONGEST_RESULT:,} characters")
    except TemplateError:
        raise
    except Exception as problem:
        # What a value or a filter's argument is not made for, such as a text that is subtracted.
        raise TemplateError(str(problem) or type(problem).__name__) from problem
    return "".join(parts)


@lru_cache(maxsize=256)
def _template(environment: Environment, text: str) -> Template:
    try:
        tree = environment.parse(text)
        for count, node in enumerate(_walk(tree)):
            if count >= MOST_PARTS:
                raise TemplateSyntaxError(f"a shop's template has {MOST_PARTS:,} parts at most", node.lineno or 1)
            problem = _problem(node)
            if problem is not None:
                raise TemplateSyntaxError(f"a shop's template cannot have {problem}", node.lineno or 1)
        _check_loops(tree)
        return environment.from_string(text)
    except TemplateError:
        raise
    except (RecursionError, MemoryError):
        raise TemplateSyntaxError(_TOO_DEEP, 1) from None
    except Exception as fault:
        # Jinja writes Python of it, and accepts what Python refuses: a name given twice, or 5,000 digits.
        raise TemplateSyntaxError(f"it cannot be read: {fault}", 1) from None


def _walk(node: nodes.Node, depth: int = 0) -> Iterator[nodes.Node]:
    yield node
    if depth >= DEEPEST:
        # A hundred filters on one value take Python's own parser many seconds.
        raise TemplateSyntaxError(_TOO_DEEP, node.lineno or 1)
    for inner in node.iter_child_nodes():
        yield from _walk(inner, depth + 1)


def _problem(node: nodes.Node) -> str | None:
    if not isinstance(node, _PARTS):
        return _WRITTEN.get(type(node), f"{type(node).__name__.lower()} in it")
    if isinstance(node, nodes.Filter):
        if node.name not in FILTERS:
            return f"the filter {node.name}; there are {', '.join(sorted(FILTERS))}"
        if node.name == "join" and not all(_is_short(argument) for argument in (*node.args, *node.kwargs)):
            return "a join by anything but a short text"
    if isinstance(node, nodes.Assign):
        if not isinstance(node.target, nodes.Name):
            return "a set of several names"
        if not isinstance(node.node, (*_PATHS, nodes.Const)):
            # By `x ~ x` again and again a text would double with each line.
            return "a set to anything but a value as it is"
    return None


def _is_short(argument: nodes.Node) -> bool:
    value = argument.value if isinstance(argument, nodes.Keyword) else argument
    return isinstance(value, nodes.Const) and len(str(value.value)) <= 20


def _check_loops(tree: nodes.Node) -> None:
    loops = list(tree.find_all(nodes.For))
    if len(loops) > MOST_LOOPS:
        raise TemplateSyntaxError(f"a shop's template has {MOST_LOOPS} loops at most", loops[MOST_LOOPS].lineno)
    targets = {_root(loop.target) for loop in loops}
    for each in tree.find_all(nodes.Assign):
        if _root(each.target) in targets:
            raise TemplateSyntaxError("a set cannot give a loop's name another value", each.lineno)
    _check_within(tree, None)


def _check_within(node: nodes.Node, at: str | None) -> None:
    """`at` is what the loop around the node is at. What is within a line is no more than the line; the cart once more
    for each of its lines would be its square."""
    for inner in node.iter_child_nodes():
        if not isinstance(inner, nodes.For):
            _check_within(inner, at)
            continue
        if inner.recursive or not isinstance(inner.iter, _PATHS) or not isinstance(inner.target, nodes.Name):
            raise TemplateSyntaxError("a loop is over a list of the cart, as `for line in cart.lines`", inner.lineno)
        if at is not None and _root(inner.iter) != at:
            raise TemplateSyntaxError(f"a loop within a loop is over a list of what that is at, {at}", inner.lineno)
        _check_within(inner, inner.target.name)


def _root(node: nodes.Node) -> str | None:
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else None
