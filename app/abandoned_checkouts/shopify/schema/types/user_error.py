"""What was wrong with the input of a mutation: one type a mutation, where it has codes of its own."""

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
        "What can be wrong with the state of an abandonment's mail.",
        {"ABANDONMENT_NOT_FOUND": "There is no abandonment of that id."},
    )
    AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode = enumeration(
        "AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode",
        "What can be wrong with the delivery status of an abandonment's messages.",
        {
            "ABANDONMENT_NOT_FOUND": "There is no abandonment of that id.",
            "DELIVERY_STATUS_INFO_NOT_FOUND": "Nothing was told of that marketing activity's messages before.",
            "MARKETING_ACTIVITY_NOT_FOUND": "There is no marketing activity of that id.",
        },
    )
    BulkOperationUserErrorCode = enumeration(
        "BulkOperationUserErrorCode",
        "What can be wrong with a bulk operation.",
        {
            "INVALID": "The query cannot be run in bulk.",
            "LIMIT_REACHED": "Too many were asked for; wait before asking again.",
            "OPERATION_IN_PROGRESS": "As many as are allowed at once are not over yet.",
        },
    )
    CustomerCancelDataErasureErrorCode = enumeration(
        "CustomerCancelDataErasureErrorCode",
        "What can be wrong with taking back that data be erased.",
        {
            "DOES_NOT_EXIST": "There is no customer of that id.",
            "FAILED_TO_CANCEL": "It could not be taken back; try again.",
            "NOT_BEING_ERASED": "Nobody asked for it.",
            "UNAUTHORIZED_CANCELLATION": "Only who asked for it can take it back.",
        },
    )
    CustomerRequestDataErasureErrorCode = enumeration(
        "CustomerRequestDataErasureErrorCode",
        "What can be wrong with asking that data be erased.",
        {
            "DOES_NOT_EXIST": "There is no customer of that id.",
            "FAILED_TO_REQUEST": "It could not be noted; try again.",
        },
    )


@strawberry.interface(description="Something that was wrong with an input, in words for people.")
class DisplayableError:
    field: list[str] | None = strawberry.field(
        description="The place within the arguments; null for the input as a whole."
    )
    message: str = strawberry.field(description="What is wrong.")


@strawberry.type(description="Something that was wrong with an input.")
class UserError(DisplayableError):
    pass


@strawberry.type(description="Something that was wrong with the state of an abandonment's mail.")
class AbandonmentEmailStateUpdateUserError(DisplayableError):
    code: AbandonmentEmailStateUpdateUserErrorCode | None = strawberry.field(description="What is wrong, as a code.")


@strawberry.type(description="Something that was wrong with the delivery status of an abandonment's messages.")
class AbandonmentUpdateActivitiesDeliveryStatusesUserError(DisplayableError):
    code: AbandonmentUpdateActivitiesDeliveryStatusesUserErrorCode | None = strawberry.field(
        description="What is wrong, as a code."
    )


@strawberry.type(description="Something that was wrong with a bulk operation.")
class BulkOperationUserError(DisplayableError):
    code: BulkOperationUserErrorCode | None = strawberry.field(description="What is wrong, as a code.")


@strawberry.type(description="Something that was wrong with taking back that data be erased.")
class CustomerCancelDataErasureUserError(DisplayableError):
    code: CustomerCancelDataErasureErrorCode | None = strawberry.field(description="What is wrong, as a code.")


@strawberry.type(description="Something that was wrong with asking that data be erased.")
class CustomerRequestDataErasureUserError(DisplayableError):
    code: CustomerRequestDataErasureErrorCode | None = strawberry.field(description="What is wrong, as a code.")


Coded = TypeVar("Coded")


def user_errors(problems: Iterable[MutationError]) -> list[UserError]:
    return [UserError(field=_path(problem), message=problem.message) for problem in problems]


def coded_errors(kind: Callable[..., Coded], problems: Iterable[MutationError]) -> list[Coded]:
    """The same as errors of a type that has codes."""
    return [kind(field=_path(problem), message=problem.message, code=problem.code) for problem in problems]


def _path(problem: MutationError) -> list[str] | None:
    return None if problem.field is None else list(problem.field)
