"""Code whose functions are decorated by a statement after them: mutmut does not change functions with decorators."""

import ast

# mutmut changes the methods with these decorators.
_CHANGED = {"staticmethod", "classmethod"}


def undecorated(source: str) -> str:
    """The code with `size = property(size)` after a function instead of `@property` before it. It does the same."""
    lines = source.splitlines(keepends=True)
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: node.lineno, reverse=True):
        names = [ast.unparse(decorator) for decorator in function.decorator_list]
        if not names or not _CHANGED.isdisjoint(names):
            continue
        assert function.end_lineno is not None
        value = function.name
        for name in reversed(names):
            value = f"{name}({value})"
        lines.insert(function.end_lineno, f"{' ' * function.col_offset}{function.name} = {value}\n")
        del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    return "".join(lines)
