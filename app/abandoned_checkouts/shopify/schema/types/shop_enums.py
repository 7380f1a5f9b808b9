"""The enumerations of shops, apps, saved searches and bulk operations."""

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
        "Who made an app.",
        {
            "MERCHANT": "The merchant.",
            "PARTNER": "A partner of Shopify's.",
            "SHOPIFY": "Shopify.",
            "UNKNOWN": "Nobody knows.",
        },
    )
    BulkOperationErrorCode = enumeration(
        "BulkOperationErrorCode",
        "Why a bulk operation failed.",
        {
            "ACCESS_DENIED": "The app may not read what the query asks for.",
            "INTERNAL_SERVER_ERROR": "Something went wrong here; run it again.",
            "TIMEOUT": "It took too long; ask for less.",
        },
    )
    BulkOperationsSortKeys = enumeration(
        "BulkOperationsSortKeys",
        "What a list of bulk operations is sorted by.",
        {"COMPLETED_AT": "By when they ended.", "CREATED_AT": "By when they were asked for."},
    )
    BulkOperationStatus = enumeration(
        "BulkOperationStatus",
        "How far a bulk operation is.",
        {
            "CANCELED": "Called off.",
            "CANCELING": "Being called off.",
            "COMPLETED": "Done; the result is ready.",
            "CREATED": "Asked for, not yet begun.",
            "EXPIRED": "Done long ago; the result is gone.",
            "FAILED": "Ended by an error, see `errorCode`.",
            "RUNNING": "At work.",
        },
    )
    BulkOperationType = enumeration(
        "BulkOperationType",
        "What a bulk operation runs.",
        {"MUTATION": "A mutation, many times over.", "QUERY": "A query over everything there is."},
    )
    SearchResultType = enumeration(
        "SearchResultType",
        "What a saved search finds.",
        {
            "ARTICLE": "Articles of blogs.",
            "BALANCE_TRANSACTION": "Transactions of the balance.",
            "BLOG": "Blogs.",
            "COLLECTION": "Collections.",
            "CUSTOMER": "Customers.",
            "DISCOUNT_REDEEM_CODE": "Discount codes.",
            "DRAFT_ORDER": "Draft orders.",
            "FILE": "Files.",
            "INVENTORY_TRANSFER": "Inventory transfers.",
            "ORDER": "Orders; abandoned checkouts too, for which there is no value of their own.",
            "PAGE": "Pages.",
            "PRICE_RULE": "Discounts.",
            "PRODUCT": "Products.",
            "URL_REDIRECT": "Redirects.",
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
