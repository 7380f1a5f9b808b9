"""Reads the help text of a command from the source of its module.

`--help` shows one sentence of every command. Importing all their modules would take a second.
"""

import ast
from importlib.util import find_spec
from inspect import cleandoc
from pathlib import Path


def help_of(module: str, member: str) -> str:
    """The docstring of the function `member` of a module, or the `help=` of the Typer application of that name.

    Raises LookupError if the module has neither.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(f"the module {module} has no source file")
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        text = None
        if isinstance(node, ast.FunctionDef) and node.name == member:
            text = ast.get_docstring(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _assigns(node, member):
            text = next((ast.literal_eval(word.value) for word in node.value.keywords if word.arg == "help"), None)
        if text:
            return cleandoc(text)
    raise LookupError(f"{module}.{member} has no help text")


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
