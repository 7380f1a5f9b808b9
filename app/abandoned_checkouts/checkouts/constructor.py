"""Fast constructors of the dataclasses that an import creates by the million."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from types import NoneType
from typing import Any, ClassVar, Protocol, TypeVar


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


Noun = TypeVar("Noun", bound=_Dataclass)


def constructor(noun: type[Noun], *names: str | tuple[str, ...]) -> Callable[..., Noun]:
    """A function that returns an object from the values of these fields, by position. Other fields get their default.
    Fields in a tuple get the same value.

    It takes a third of the time of the class itself, which has one named parameter for each of up to 60 fields: its
    code assigns each value to its field. For a frozen class, it calls the setter of the slot, and takes two thirds of
    the time. The names in the code are those of the fields.
    """
    defined: dict[str, Any] = {"noun_class": noun, "new": object.__new__}
    groups = [(name,) if isinstance(name, str) else name for name in names]
    values = {name: first for first, *rest in groups for name in (first, *rest)}
    for item in fields(noun):
        if item.name in values:
            continue
        if item.default_factory is not MISSING:
            values[item.name] = f"make_{item.name}()"
            defined[f"make_{item.name}"] = item.default_factory
        else:
            # A class has such defaults only. Written as literals, they take half the time of global names.
            assert type(item.default) in (str, int, bool, NoneType, tuple), f"{item.name} has no default"
            values[item.name] = repr(item.default)
    if noun.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        defined |= {f"set_{name}": noun.__dict__[name].__set__ for name in values}
        lines = [f"set_{name}(noun, {value})" for name, value in values.items()]
    else:
        lines = [f"noun.{name} = {value}" for name, value in values.items()]
    body = "".join(f"    {line}\n" for line in ("noun = new(noun_class)", *lines, "return noun"))
    exec(f"def construct({', '.join(group[0] for group in groups)}):\n{body}", defined)
    function: Callable[..., Noun] = defined["construct"]
    return function
