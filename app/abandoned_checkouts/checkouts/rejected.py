"""The error for an invalid record, with the reason and the place.

Readers assume that every value has its documented type, because checking each value first takes longer:

    try:
        order = _read(source)
    except UNEXPECTED as problem:
        raise rejection(problem, source, _SHAPE) from None
"""

from abandoned_checkouts.checkouts.json_shape import Shape, problem_in, unexpected_type
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError
from abandoned_checkouts.checkouts.money import AmountError

# The errors that reading a value of an unexpected type can raise, and the errors that readers raise themselves.
UNEXPECTED = (AttributeError, KeyError, TypeError, ValueError, OverflowError)


class RejectedRecordError(ValueError):
    """The record is invalid and is not stored. The message says why, in one line, for the person who sent or imported
    it."""


def json_object(value: object) -> UntypedJson:
    """Returns the value if it is an object. Raises RejectedRecordError otherwise."""
    if type(value) is not dict:
        raise RejectedRecordError(unexpected_type("", "an object", value))
    return value


def rejection(problem: Exception, source: object, shape: Shape) -> RejectedRecordError:
    """The error for `source`, after reading it raised one of UNEXPECTED.

    `shape` is the documented shape of the source. The message names the first value that does not fit it.
    """
    if isinstance(problem, RejectedRecordError):
        return problem
    return RejectedRecordError(problem_in(source, shape) or _without_place(problem))


def _without_place(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return f"{problem} is missing"
    return str(problem) if isinstance(problem, MomentError | AmountError) else f"unexpected value: {problem}"
