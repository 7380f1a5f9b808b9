"""A record that cannot become a checkout, and what a reader makes of a value of an unexpected type.

Readers index and call as if every value had the documented type, because checking each one first takes longer:

    try:
        order = _read(source)
    except UNEXPECTED as problem:
        raise rejection(problem, "Shopify's orders have", missing="the order has no {}") from None
"""

from abandoned_checkouts.checkouts.moment import MomentError
from abandoned_checkouts.checkouts.money import AmountError

# What reading a value of an unexpected type raises, and every error that a reader raises itself.
UNEXPECTED = (AttributeError, KeyError, TypeError, ValueError, OverflowError)


class RejectedRecordError(ValueError):
    """Why a record of a source is no checkout that can be kept; one line, for the person who brings it in."""


def rejection(
    problem: Exception,
    who_has: str,
    *,
    missing: str,
    readable: tuple[type[Exception], ...] = (MomentError, AmountError),
) -> RejectedRecordError:
    """The reason for rejecting a record whose reading raised one of UNEXPECTED.

    `who_has` completes "a value is not of the kind that … there", `missing` has a `{}` for the name of a key that is
    not there. A message of one of `readable` is a reason as it is.
    """
    if isinstance(problem, RejectedRecordError):
        return problem
    if isinstance(problem, readable):
        return RejectedRecordError(str(problem))
    if isinstance(problem, KeyError):
        return RejectedRecordError(missing.format(problem))
    return RejectedRecordError(f"a value is not of the kind that {who_has} there: {problem}")
