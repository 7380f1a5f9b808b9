"""The templates of a shop's mails: a safe subset of Jinja.

Everyone who may change a shop's flows can write a template, and the process that serves all shops renders it. A
template that could take much time or memory must therefore not be stored. These are refused: loops over anything but
the cart, calls, macros, and operators and filters that repeat a text.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from jinja2 import Environment, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from abandoned_checkouts.checkouts.caches import cached_texts

# In characters. Mail programs show at most about 100,000.
LONGEST_RESULT = 2_000_000
MOST_LOOPS = 20
# The maximum number of nodes: each text, value, name, operator and tag is one. The built-in mail has about 200.
MOST_PARTS = 5_000
DEEPEST = 40
_TOO_DEEP = "the template is nested too deeply"
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
    nodes.Call: "a call; use a filter such as |upper",
    nodes.CallBlock: "a call block",
    nodes.Macro: "a macro",
    nodes.Mul: "the operator *",
    nodes.Pow: "the operator **",
    nodes.Mod: "the operator %",
    nodes.Div: "the operator /",
    nodes.FloorDiv: "the operator //",
    nodes.Include: "an include",
    nodes.Extends: "an extends",
    nodes.Scope: "a change of escaping",
}
_html = ImmutableSandboxedEnvironment(autoescape=True)
_plain = ImmutableSandboxedEnvironment(autoescape=False)


def check_template(text: str) -> None:
    """Raises jinja2.TemplateSyntaxError, with the line, if the text is not a template or contains a refused part."""
    _template(_plain, text)


def unknown_variable(text: str, known: Sequence[str]) -> str | None:
    """A message about the first variable that is not in `known`: its line and what to do. The template must be
    valid."""
    tree = _plain.parse(text)
    unknown = meta.find_undeclared_variables(tree) - set(known)
    named = next((node for node in tree.find_all(nodes.Name) if node.name in unknown), None)
    if named is None:
        return None
    near = get_close_matches(named.name, known, 1, 0.75)
    advice = f". Did you mean {near[0]}?" if near else f"; the variables are {', '.join(known)}"
    return f"line {named.lineno} of the text: {named.name} is unknown{advice}"


def needs_variable(text: str, name: str) -> bool:
    """Whether a valid template uses the variable outside of an `if` that tests it, and so makes no sense without a
    value."""
    return name in text and _uses(_plain.parse(text), name)


def _uses(node: nodes.Node, name: str) -> bool:
    if isinstance(node, nodes.Name):
        return node.name == name
    if isinstance(node, nodes.If | nodes.CondExpr) and _uses(node.test, name):
        return False
    return any(_uses(inner, name) for inner in node.iter_child_nodes())


def filled_in(text: str, values: Mapping[str, object], *, html: bool = False) -> str:
    """The rendered template. If `html` is true, values are escaped. Raises jinja2.TemplateError."""
    parts, length = [], 0
    try:
        for part in _template(_html if html else _plain, text).generate(values):
            parts.append(part)
            length += len(part)
            if length > LONGEST_RESULT:
                raise TemplateError(f"the result has more than {LONGEST_RESULT:,} characters")
    except TemplateError:
        raise
    except Exception as problem:
        # The value does not support the operation: for example, a text cannot be subtracted.
        raise TemplateError(str(problem) or type(problem).__name__) from problem
    return "".join(parts)


@cached_texts(64, 10_000, 100_000)
def _template(environment: Environment, text: str) -> Template:
    try:
        tree = environment.parse(text)
        for count, node in enumerate(_walk(tree)):
            if count >= MOST_PARTS:
                raise TemplateSyntaxError(f"the template has more than {MOST_PARTS:,} nodes", node.lineno or 1)
            problem = _problem(node)
            if problem is not None:
                raise TemplateSyntaxError(f"a template cannot contain {problem}", node.lineno or 1)
        _check_loops(tree)
        return environment.from_string(text)
    except TemplateError:
        raise
    except (RecursionError, MemoryError):
        raise TemplateSyntaxError(_TOO_DEEP, 1) from None
    except Exception as fault:
        # Jinja accepts some templates whose Python code does not compile: for example, with a number of 5,000 digits.
        raise TemplateSyntaxError(f"the template is not valid: {fault}", 1) from None


def _walk(node: nodes.Node, depth: int = 0) -> Iterator[nodes.Node]:
    yield node
    if depth >= DEEPEST:
        # Python's parser takes many seconds for deeply nested calls, for example a hundred filters on one value.
        raise TemplateSyntaxError(_TOO_DEEP, node.lineno or 1)
    for inner in node.iter_child_nodes():
        yield from _walk(inner, depth + 1)


def _problem(node: nodes.Node) -> str | None:
    if not isinstance(node, _PARTS):
        return _WRITTEN.get(type(node), f"`{type(node).__name__.lower()}`")
    if isinstance(node, nodes.Filter):
        if node.name not in FILTERS:
            return f"the filter {node.name}; use {', '.join(sorted(FILTERS))}"
        if node.name == "join" and not all(_is_short(argument) for argument in (*node.args, *node.kwargs)):
            return "`join` with a separator that is not a text of at most 20 characters"
    if isinstance(node, nodes.Assign):
        if not isinstance(node.target, nodes.Name):
            return "`set` with several names"
        if not isinstance(node.node, (*_PATHS, nodes.Const)):
            # Each `set x = x ~ x` would double the length of a text.
            return "`set` with an expression; use one value"
    return None


def _is_short(argument: nodes.Node) -> bool:
    value = argument.value if isinstance(argument, nodes.Keyword) else argument
    return isinstance(value, nodes.Const) and len(str(value.value)) <= 20


def _check_loops(tree: nodes.Node) -> None:
    loops = list(tree.find_all(nodes.For))
    if len(loops) > MOST_LOOPS:
        raise TemplateSyntaxError(f"the template has more than {MOST_LOOPS} loops", loops[MOST_LOOPS].lineno)
    targets = {_root(loop.target) for loop in loops}
    for each in tree.find_all(nodes.Assign):
        if _root(each.target) in targets:
            raise TemplateSyntaxError("`set` may not reassign a loop variable", each.lineno)
    _check_within(tree, None)


def _check_within(node: nodes.Node, at: str | None) -> None:
    """Check the loops inside of a loop whose variable is `at`. They must be over a part of `at`: a loop over the whole
    cart for each of its lines would take quadratic time."""
    for inner in node.iter_child_nodes():
        if not isinstance(inner, nodes.For):
            _check_within(inner, at)
            continue
        if inner.recursive or not isinstance(inner.iter, _PATHS) or not isinstance(inner.target, nodes.Name):
            raise TemplateSyntaxError("a loop must be over a list of the cart: `for line in cart.lines`", inner.lineno)
        if at is not None and _root(inner.iter) != at:
            raise TemplateSyntaxError(f"a nested loop must be over a list of `{at}`", inner.lineno)
        _check_within(inner, inner.target.name)


def _root(node: nodes.Node) -> str | None:
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else None
