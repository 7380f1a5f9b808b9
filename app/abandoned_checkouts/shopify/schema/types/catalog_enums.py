"""The enums of products, variants, images, orders and metafields."""

from typing import TYPE_CHECKING, TypeAlias

from abandoned_checkouts.shopify.schema.types.enums import enumeration

if TYPE_CHECKING:
    CropRegion: TypeAlias = str
    ImageContentType: TypeAlias = str
    MetafieldOwnerType: TypeAlias = str
    OrderDisplayFinancialStatus: TypeAlias = str
    OrderDisplayFulfillmentStatus: TypeAlias = str
    ProductImageSortKeys: TypeAlias = str
    ProductStatus: TypeAlias = str
    ProductVariantInventoryPolicy: TypeAlias = str
    ProductVariantSortKeys: TypeAlias = str
else:
    CropRegion = enumeration(
        "CropRegion",
        "The part of an image that is kept when it is cropped.",
        {
            "BOTTOM": "The bottom.",
            "CENTER": "The center.",
            "LEFT": "The left.",
            "RIGHT": "The right.",
            "TOP": "The top.",
        },
    )
    ImageContentType = enumeration(
        "ImageContentType",
        "The file format of an image.",
        {"JPG": "JPEG.", "PNG": "PNG.", "WEBP": "WebP."},
    )
    MetafieldOwnerType = enumeration(
        "MetafieldOwnerType",
        "The type of object that a metafield belongs to.",
        {
            "API_PERMISSION": "An app installation.",
            "ARTICLE": "A blog article.",
            "BLOG": "A blog.",
            "CARTTRANSFORM": "A cart transform.",
            "COLLECTION": "A collection.",
            "COMPANY": "A company.",
            "COMPANY_LOCATION": "A company location.",
            "CUSTOMER": "A customer.",
            "DELIVERY_CUSTOMIZATION": "A delivery customization.",
            "DISCOUNT": "A discount.",
            "DRAFTORDER": "A draft order.",
            "FULFILLMENT_CONSTRAINT_RULE": "A fulfillment constraint rule.",
            "GIFT_CARD_TRANSACTION": "A gift card transaction.",
            "LOCATION": "A location.",
            "MARKET": "A market.",
            "MEDIA_IMAGE": "An image.",
            "ORDER": "An order.",
            "ORDER_ROUTING_LOCATION_RULE": "An order routing rule that ranks locations.",
            "PAGE": "A page.",
            "PAYMENT_CUSTOMIZATION": "A payment customization.",
            "PRODUCT": "A product.",
            "PRODUCTVARIANT": "A product variant.",
            "SELLING_PLAN": "A selling plan.",
            "SHOP": "The shop.",
            "TRANSFER": "An inventory transfer.",
            "VALIDATION": "A validation of carts and checkouts.",
        },
        deprecated={"MEDIA_IMAGE": "Images no longer have metafields."},
    )
    OrderDisplayFinancialStatus = enumeration(
        "OrderDisplayFinancialStatus",
        "The payment status of an order.",
        {
            "AUTHORIZED": "The payment is authorized but not captured yet.",
            "EXPIRED": "The authorization expired before the payment was captured.",
            "PAID": "Paid in full.",
            "PARTIALLY_PAID": "Paid in part.",
            "PARTIALLY_REFUNDED": "Refunded in part.",
            "PENDING": "Not paid yet.",
            "REFUNDED": "Refunded in full.",
            "VOIDED": "The payment was voided.",
        },
    )
    OrderDisplayFulfillmentStatus = enumeration(
        "OrderDisplayFulfillmentStatus",
        "The fulfillment status of an order.",
        {
            "FULFILLED": "All items are fulfilled.",
            "FULFILLMENT_NOT_REQUIRED": "The order needs no fulfillment.",
            "IN_PROGRESS": "Fulfillment is in progress.",
            "ON_HOLD": "Fulfillment is on hold.",
            "OPEN": "No items are fulfilled yet.",
            "PARTIALLY_FULFILLED": "Some items are fulfilled.",
            "PENDING_FULFILLMENT": "Fulfillment was requested and is not accepted yet.",
            "REQUEST_DECLINED": "The fulfillment request was declined.",
            "RESTOCKED": "All items were restocked.",
            "SCHEDULED": "Fulfillment is scheduled for a later date.",
            "UNFULFILLED": "No items are fulfilled.",
        },
    )
    ProductImageSortKeys = enumeration(
        "ProductImageSortKeys",
        "The sort keys of a product's images.",
        {
            "CREATED_AT": "By creation time.",
            "ID": "By the number in the global id.",
            "POSITION": "By the position that the merchant chose.",
        },
    )
    ProductStatus = enumeration(
        "ProductStatus",
        "The status of a product.",
        {
            "ACTIVE": "Ready to be sold.",
            "ARCHIVED": "No longer sold.",
            "DRAFT": "Not ready to be sold yet.",
            "UNLISTED": "Sold through its direct link only; not listed.",
        },
    )
    ProductVariantInventoryPolicy = enumeration(
        "ProductVariantInventoryPolicy",
        "Whether a variant can be sold when it is out of stock.",
        {"CONTINUE": "It can be sold.", "DENY": "It cannot be sold."},
    )
    ProductVariantSortKeys = enumeration(
        "ProductVariantSortKeys",
        "The sort keys of a product's variants.",
        {
            "FULL_TITLE": "By the titles of product and variant.",
            "ID": "By the number in the global id.",
            "INVENTORY_LEVELS_AVAILABLE": "By the quantity in stock.",
            "INVENTORY_MANAGEMENT": "By whether the inventory is tracked.",
            "INVENTORY_POLICY": "By the inventory policy.",
            "INVENTORY_QUANTITY": "By the quantity in stock.",
            "NAME": "By title.",
            "POPULAR": "By popularity.",
            "POSITION": "By the position that the merchant chose.",
            "RELEVANCE": "By relevance to a query.",
            "SKU": "By SKU.",
            "TITLE": "By title.",
        },
    )
