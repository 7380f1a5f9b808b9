"""A record that is not a valid checkout, and the reason for rejecting a record that a reader failed to read.

Readers index and call as if every value had the documented type, because checking each one first takes longer:

    try:
        order = _read(source)
    except UNEXPECTED as problem:
        raise rejection(problem, source, _SHAPE) from None
"""

from abandoned_checkouts.checkouts.json_shape import Shape, problem_in, unexpected_type
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError
from abandoned_checkouts.checkouts.money import AmountError

# What reading a value of an unexpected type raises, and every error that a reader raises itself.
UNEXPECTED = (AttributeError, KeyError, TypeError, ValueError, OverflowError)


class RejectedRecordError(ValueError):
    """Why a record of a source is not stored: one line, for the person who imports or sends it."""


def json_object(value: object) -> UntypedJson:
    """A JSON value that must be an object. Raises RejectedRecordError."""
    if type(value) is not dict:
        raise RejectedRecordError(unexpected_type("", "an object", value))
    return value


def rejection(problem: Exception, source: object, shape: Shape) -> RejectedRecordError:
    """The reason for rejecting `source`, whose reading raised one of UNEXPECTED.

    `shape` is the documented shape of the source: the reason names the first value that does not fit it.
    """
    if isinstance(problem, RejectedRecordError):
        return problem
    return RejectedRecordError(problem_in(source, shape) or _without_place(problem))


def _without_place(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return f"{problem} is missing"
    return str(problem) if isinstance(problem, MomentError | AmountError) else f"unexpected value: {problem}"
