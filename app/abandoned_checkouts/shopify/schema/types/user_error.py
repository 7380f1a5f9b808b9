"""User errors of mutations. A mutation with error codes has its own type of error."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import strawberry

from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.types.enums import enumeration

if TYPE_CHECKING:
    AbandonmentEmailStateUpdateUserErrorCode: TypeAlias = str
    AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode: TypeAlias = str
    BulkOperationUserErrorCode: TypeAlias = str
    CustomerCancelDataErasureErrorCode: TypeAlias = str
    CustomerRequestDataErasureErrorCode: TypeAlias = str
else:
    AbandonmentEmailStateUpdateUserErrorCode = enumeration(
        "AbandonmentEmailStateUpdateUserErrorCode",
        "The error codes of `abandonmentEmailStateUpdate`.",
        {"ABANDONMENT_NOT_FOUND": "No abandonment has this id."},
    )
    AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode = enumeration(
        "AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode",
        "The error codes of `abandonmentUpdateActivitiesDeliveryStatuses`.",
        {
            "ABANDONMENT_NOT_FOUND": "No abandonment has this id.",
            "DELIVERY_STATUS_INFO_NOT_FOUND": "No message of this marketing activity was reported before.",
            "MARKETING_ACTIVITY_NOT_FOUND": "No marketing activity has this id.",
        },
    )
    BulkOperationUserErrorCode = enumeration(
        "BulkOperationUserErrorCode",
        "The error codes of bulk operations.",
        {
            "INVALID": "The query cannot run as a bulk operation.",
            "LIMIT_REACHED": "Too many operations were created. Wait before you create another.",
            "OPERATION_IN_PROGRESS": "The maximum number of operations is already running.",
        },
    )
    CustomerCancelDataErasureErrorCode = enumeration(
        "CustomerCancelDataErasureErrorCode",
        "The error codes of `customerCancelDataErasure`.",
        {
            "DOES_NOT_EXIST": "No customer has this id.",
            "FAILED_TO_CANCEL": "The erasure could not be cancelled. Try again.",
            "NOT_BEING_ERASED": "No erasure was requested for this customer.",
            "UNAUTHORIZED_CANCELLATION": "Only the requester can cancel the erasure.",
        },
    )
    CustomerRequestDataErasureErrorCode = enumeration(
        "CustomerRequestDataErasureErrorCode",
        "The error codes of `customerRequestDataErasure`.",
        {
            "DOES_NOT_EXIST": "No customer has this id.",
            "FAILED_TO_REQUEST": "The erasure could not be requested. Try again.",
        },
    )


@strawberry.interface(description="An error of an input, with a message for people.")
class DisplayableError:
    field: list[str] | None = strawberry.field(
        description="The path of the argument; null if the error concerns the whole input."
    )
    message: str = strawberry.field(description="The error message.")


@strawberry.type(description="An error of an input.")
class UserError(DisplayableError):
    pass


@strawberry.type(description="An error of `abandonmentEmailStateUpdate`.")
class AbandonmentEmailStateUpdateUserError(DisplayableError):
    code: AbandonmentEmailStateUpdateUserErrorCode | None = strawberry.field(description="The error code.")


@strawberry.type(description="An error of `abandonmentUpdateActivitiesDeliveryStatuses`.")
class AbandonmentUpdateActivitiesDeliveryStatusesUserError(DisplayableError):
    code: AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode | None = strawberry.field(
        description="The error code."
    )


@strawberry.type(description="An error of a bulk operation.")
class BulkOperationUserError(DisplayableError):
    code: BulkOperationUserErrorCode | None = strawberry.field(description="The error code.")


@strawberry.type(description="An error of `customerCancelDataErasure`.")
class CustomerCancelDataErasureUserError(DisplayableError):
    code: CustomerCancelDataErasureErrorCode | None = strawberry.field(description="The error code.")


@strawberry.type(description="An error of `customerRequestDataErasure`.")
class CustomerRequestDataErasureUserError(DisplayableError):
    code: CustomerRequestDataErasureErrorCode | None = strawberry.field(description="The error code.")


Coded = TypeVar("Coded")


def user_errors(problems: Iterable[MutationError]) -> list[UserError]:
    return [UserError(field=_path(problem), message=problem.message) for problem in problems]


def coded_errors(kind: Callable[..., Coded], problems: Iterable[MutationError]) -> list[Coded]:
    """The errors as objects of `kind`, a type that has codes."""
    return [kind(field=_path(problem), message=problem.message, code=problem.code) for problem in problems]


def _path(problem: MutationError) -> list[str] | None:
    return None if problem.field is None else list(problem.field)
