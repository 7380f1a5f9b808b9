"""Facts about a customer as a buyer: statistics, tax exemptions, and whether they can be merged."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, decoded
from abandoned_checkouts.shopify.schema.types.enums import codes, enumeration

_TAX_EXEMPTIONS = """
    CA_BC_COMMERCIAL_FISHERY_EXEMPTION CA_BC_CONTRACTOR_EXEMPTION CA_BC_PRODUCTION_AND_MACHINERY_EXEMPTION
    CA_BC_RESELLER_EXEMPTION CA_BC_SUB_CONTRACTOR_EXEMPTION CA_DIPLOMAT_EXEMPTION CA_MB_COMMERCIAL_FISHERY_EXEMPTION
    CA_MB_FARMER_EXEMPTION CA_MB_RESELLER_EXEMPTION CA_NL_VPT_RESELLER_EXEMPTION CA_NS_COMMERCIAL_FISHERY_EXEMPTION
    CA_NS_FARMER_EXEMPTION CA_ON_PURCHASE_EXEMPTION CA_PE_COMMERCIAL_FISHERY_EXEMPTION
    CA_SK_COMMERCIAL_FISHERY_EXEMPTION CA_SK_CONTRACTOR_EXEMPTION CA_SK_FARMER_EXEMPTION
    CA_SK_PRODUCTION_AND_MACHINERY_EXEMPTION CA_SK_RESELLER_EXEMPTION CA_SK_SUB_CONTRACTOR_EXEMPTION
    CA_SK_VPT_RESELLER_EXEMPTION CA_STATUS_CARD_EXEMPTION EU_REVERSE_CHARGE_EXEMPTION_RULE
"""
_RESELLER_STATES = """
    AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR
    PA RI SC SD TN TX UT VA VT WA WI WV WY
"""


def _exemption_text(code: str) -> str:
    return f"{code.replace('_', ' ')}."


_EXEMPTIONS = codes(
    f"{_TAX_EXEMPTIONS} {' '.join(f'US_{state}_RESELLER_EXEMPTION' for state in _RESELLER_STATES.split())}",
    _exemption_text,
)

if TYPE_CHECKING:
    CustomerMergeErrorFieldType: TypeAlias = str
    CustomerMergeRequestStatus: TypeAlias = str
    CustomerPredictedSpendTier: TypeAlias = str
    CustomerRfmGroup: TypeAlias = str
    TaxExemption: TypeAlias = str
else:
    CustomerMergeErrorFieldType = enumeration(
        "CustomerMergeErrorFieldType",
        "Why customers cannot be merged.",
        {
            "COMPANY_CONTACT": "The customer is a contact of a company.",
            "CUSTOMER_PAYMENT_METHODS": "The customer has stored payment methods.",
            "DELETED_AT": "The customer was deleted.",
            "GIFT_CARDS": "The customer has gift cards.",
            "MERGE_IN_PROGRESS": "The customer is being merged.",
            "MULTIPASS_IDENTIFIER": "The customer has a Multipass identifier.",
            "OVERRIDE_FIELDS": "The fields to override are not valid.",
            "PENDING_DATA_REQUEST": "The customer's data is about to be erased.",
            "REDACTED_AT": "The customer's data was erased.",
            "STORE_CREDIT": "The customer has store credit.",
            "SUBSCRIPTIONS": "The customer has subscriptions.",
        },
    )
    CustomerMergeRequestStatus = enumeration(
        "CustomerMergeRequestStatus",
        "The status of a request to merge customers.",
        {
            "COMPLETED": "The customers were merged.",
            "FAILED": "The customers could not be merged.",
            "IN_PROGRESS": "The customers are being merged.",
            "REQUESTED": "The merge was requested.",
        },
    )
    CustomerPredictedSpendTier = enumeration(
        "CustomerPredictedSpendTier",
        "How much a customer is expected to spend.",
        {"HIGH": "Much.", "LOW": "Little.", "MEDIUM": "An average amount."},
    )
    CustomerRfmGroup = enumeration(
        "CustomerRfmGroup",
        "A group of customers by recency, frequency and amount of their orders.",
        {
            "ACTIVE": "Ordered recently, some orders.",
            "ALMOST_LOST": "Did not order for long, few orders.",
            "AT_RISK": "Did not order for a while, many orders.",
            "CHAMPIONS": "Ordered recently, most orders and highest amounts.",
            "DORMANT": "Did not order for very long.",
            "LOYAL": "Many orders and high amounts.",
            "NEEDS_ATTENTION": "Did not order for a while, some orders.",
            "NEW": "Ordered recently for the first time.",
            "PREVIOUSLY_LOYAL": "Did not order for very long, many orders before.",
            "PROMISING": "Ordered recently, few orders.",
            "PROSPECTS": "No orders yet.",
        },
    )
    TaxExemption = enumeration("TaxExemption", "The tax exemptions of customers.", _EXEMPTIONS)


def tax_exemptions(extra: object) -> list[str]:
    """As the platform's customer has them; codes that the schema does not know are left out."""
    return [code for code in (decoded(extra) or {}).get("tax_exemptions") or () if code in _EXEMPTIONS]


@strawberry.type(description="Predictions about a customer. This server makes none.")
class CustomerStatistics:
    predicted_spend_tier: CustomerPredictedSpendTier | None = strawberry.field(
        description="How much the customer is expected to spend; null if there is no prediction."
    )
    rfm_group: CustomerRfmGroup | None = strawberry.field(
        description="The customer's group; null if there is no prediction."
    )


@strawberry.type(description="Why customers cannot be merged.")
class CustomerMergeError:
    error_fields: list[CustomerMergeErrorFieldType] = strawberry.field(description="The reasons.")
    message: str = strawberry.field(description="The reasons as text.")


@strawberry.type(description="A request to merge customers.")
class CustomerMergeRequest:
    customer_merge_errors: list[CustomerMergeError] = strawberry.field(description="Why the merge failed.")
    job_id: strawberry.ID | None = strawberry.field(description="The global id of the job that merges.")
    resulting_customer_id: strawberry.ID = strawberry.field(description="The global id of the merged customer.")
    status: CustomerMergeRequestStatus = strawberry.field(description="The status of the request.")


_REASONS: Mapping[str, str] = {
    "PENDING_DATA_REQUEST": "The customer's data is about to be erased.",
    "MULTIPASS_IDENTIFIER": "The customer has a Multipass identifier.",
}


def _merge_errors(erasure_requested_at: int | None, multipass_identifier: str | None) -> list[str]:
    values = (erasure_requested_at, multipass_identifier)
    return [name for name, value in zip(_REASONS, values, strict=True) if value is not None]


def _merge_reason(erasure_requested_at: int | None, multipass_identifier: str | None) -> str | None:
    return " ".join(_REASONS[name] for name in _merge_errors(erasure_requested_at, multipass_identifier)) or None


_MERGE_COLUMNS = ("erasure_requested_at", "multipass_identifier")
MERGEABLE = {name: name for name in (*_MERGE_COLUMNS, "id")}


@backed(description="Whether a customer can be merged with another.")
class CustomerMergeable(Backed):
    error_fields: list[CustomerMergeErrorFieldType] = column(
        *_MERGE_COLUMNS, compute=_merge_errors, description="Why the customer cannot be merged."
    )
    is_mergeable: bool = column(
        *_MERGE_COLUMNS, compute=lambda *values: not _merge_errors(*values), description="Whether it can be merged."
    )
    merge_in_progress: CustomerMergeRequest | None = strawberry.field(
        resolver=lambda: None, description="The request that is in progress; null if there is none."
    )
    reason: str | None = column(
        *_MERGE_COLUMNS, compute=_merge_reason, description="Why the customer cannot be merged, as text."
    )
