"""The enums of shops, apps, saved searches and bulk operations."""

from typing import TYPE_CHECKING, TypeAlias

from abandoned_checkouts.shopify.schema.types.enums import enumeration

if TYPE_CHECKING:
    AppDeveloperType: TypeAlias = str
    BulkOperationErrorCode: TypeAlias = str
    BulkOperationsSortKeys: TypeAlias = str
    BulkOperationStatus: TypeAlias = str
    BulkOperationType: TypeAlias = str
    SearchResultType: TypeAlias = str
    UnitSystem: TypeAlias = str
    WeightUnit: TypeAlias = str
else:
    AppDeveloperType = enumeration(
        "AppDeveloperType",
        "The kind of developer of an app.",
        {
            "MERCHANT": "The merchant.",
            "PARTNER": "A Shopify partner.",
            "SHOPIFY": "Shopify.",
            "UNKNOWN": "Unknown.",
        },
    )
    BulkOperationErrorCode = enumeration(
        "BulkOperationErrorCode",
        "The reason why a bulk operation failed.",
        {
            "ACCESS_DENIED": "The app lacks access to a field of the query.",
            "INTERNAL_SERVER_ERROR": "Internal server error. Run the operation again.",
            "TIMEOUT": "The operation took too long. Query less data.",
        },
    )
    BulkOperationsSortKeys = enumeration(
        "BulkOperationsSortKeys",
        "The sort keys of bulk operations.",
        {"COMPLETED_AT": "By completion time.", "CREATED_AT": "By creation time."},
    )
    BulkOperationStatus = enumeration(
        "BulkOperationStatus",
        "The status of a bulk operation.",
        {
            "CANCELED": "The operation was canceled.",
            "CANCELING": "The operation is being canceled.",
            "COMPLETED": "The operation is complete, and the result is ready.",
            "CREATED": "The operation is queued.",
            "EXPIRED": "The operation is complete, and the result has expired.",
            "FAILED": "The operation failed. See `errorCode`.",
            "RUNNING": "The operation is running.",
        },
    )
    BulkOperationType = enumeration(
        "BulkOperationType",
        "The kind of document that a bulk operation runs.",
        {"MUTATION": "A mutation, run for many inputs.", "QUERY": "A query over a whole shop."},
    )
    SearchResultType = enumeration(
        "SearchResultType",
        "The type of resource that a saved search finds.",
        {
            "ARTICLE": "Blog articles.",
            "BALANCE_TRANSACTION": "Balance transactions.",
            "BLOG": "Blogs.",
            "COLLECTION": "Collections.",
            "CUSTOMER": "Customers.",
            "DISCOUNT_REDEEM_CODE": "Discount codes.",
            "DRAFT_ORDER": "Draft orders.",
            "FILE": "Files.",
            "INVENTORY_TRANSFER": "Inventory transfers.",
            "ORDER": "Orders and abandoned checkouts.",
            "PAGE": "Pages.",
            "PRICE_RULE": "Discounts.",
            "PRODUCT": "Products.",
            "URL_REDIRECT": "URL redirects.",
        },
    )
    UnitSystem = enumeration(
        "UnitSystem",
        "A system of units.",
        {"IMPERIAL_SYSTEM": "Pounds, ounces, feet and inches.", "METRIC_SYSTEM": "Kilograms, grams and metres."},
    )
    WeightUnit = enumeration(
        "WeightUnit",
        "A unit of weight.",
        {"GRAMS": "Grams.", "KILOGRAMS": "Kilograms.", "OUNCES": "Ounces.", "POUNDS": "Pounds."},
    )
