"""The enumerations of products, variants, pictures, orders and metafields."""

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
        "Which part of a picture stays when it is cut.",
        {
            "BOTTOM": "The bottom.",
            "CENTER": "The middle.",
            "LEFT": "The left.",
            "RIGHT": "The right.",
            "TOP": "The top.",
        },
    )
    ImageContentType = enumeration(
        "ImageContentType",
        "A picture's file format.",
        {"JPG": "JPEG.", "PNG": "PNG.", "WEBP": "WebP."},
    )
    MetafieldOwnerType = enumeration(
        "MetafieldOwnerType",
        "What a metafield is attached to.",
        {
            "API_PERMISSION": "An app's installation.",
            "ARTICLE": "An article of a blog.",
            "BLOG": "A blog.",
            "CARTTRANSFORM": "A cart transform.",
            "COLLECTION": "A collection.",
            "COMPANY": "A company.",
            "COMPANY_LOCATION": "A company's location.",
            "CUSTOMER": "A customer.",
            "DELIVERY_CUSTOMIZATION": "A delivery customization.",
            "DISCOUNT": "A discount.",
            "DRAFTORDER": "A draft order.",
            "FULFILLMENT_CONSTRAINT_RULE": "A fulfillment constraint rule.",
            "GIFT_CARD_TRANSACTION": "A transaction of a gift card.",
            "LOCATION": "A location.",
            "MARKET": "A market.",
            "MEDIA_IMAGE": "A picture.",
            "ORDER": "An order.",
            "ORDER_ROUTING_LOCATION_RULE": "A rule that ranks locations.",
            "PAGE": "A page.",
            "PAYMENT_CUSTOMIZATION": "A payment customization.",
            "PRODUCT": "A product.",
            "PRODUCTVARIANT": "A variant of a product.",
            "SELLING_PLAN": "A selling plan.",
            "SHOP": "The shop.",
            "TRANSFER": "An inventory transfer.",
            "VALIDATION": "A validation of carts and checkouts.",
        },
        deprecated={"MEDIA_IMAGE": "Pictures no longer take metafields."},
    )
    OrderDisplayFinancialStatus = enumeration(
        "OrderDisplayFinancialStatus",
        "How far an order is paid.",
        {
            "AUTHORIZED": "The payment is authorized, not yet captured.",
            "EXPIRED": "The authorization ran out before it was captured.",
            "PAID": "In full.",
            "PARTIALLY_PAID": "In part.",
            "PARTIALLY_REFUNDED": "Paid, and given back in part.",
            "PENDING": "Not yet.",
            "REFUNDED": "Paid, and given back in full.",
            "VOIDED": "The payment was called off.",
        },
    )
    OrderDisplayFulfillmentStatus = enumeration(
        "OrderDisplayFulfillmentStatus",
        "How far an order is on its way to the buyer.",
        {
            "FULFILLED": "Everything was sent.",
            "FULFILLMENT_NOT_REQUIRED": "There is nothing to send.",
            "IN_PROGRESS": "Somebody is at work on it.",
            "ON_HOLD": "It waits until a hold is lifted.",
            "OPEN": "Nothing was sent yet.",
            "PARTIALLY_FULFILLED": "A part was sent.",
            "PENDING_FULFILLMENT": "Who sends it was asked and has not answered.",
            "REQUEST_DECLINED": "Who sends it was asked and declined.",
            "RESTOCKED": "Everything was taken back.",
            "SCHEDULED": "It is to be sent at a later date.",
            "UNFULFILLED": "Nothing was sent.",
        },
    )
    ProductImageSortKeys = enumeration(
        "ProductImageSortKeys",
        "What a product's pictures are sorted by.",
        {
            "CREATED_AT": "By when they were added.",
            "ID": "By the number in the global id.",
            "POSITION": "In the order the merchant gave them.",
        },
    )
    ProductStatus = enumeration(
        "ProductStatus",
        "Whether a product is for sale.",
        {
            "ACTIVE": "Ready to be sold.",
            "ARCHIVED": "No longer sold.",
            "DRAFT": "Not ready yet.",
            "UNLISTED": "Sold to who has its address, listed nowhere.",
        },
    )
    ProductVariantInventoryPolicy = enumeration(
        "ProductVariantInventoryPolicy",
        "Whether a variant is sold beyond what is in stock.",
        {"CONTINUE": "It is.", "DENY": "It is not."},
    )
    ProductVariantSortKeys = enumeration(
        "ProductVariantSortKeys",
        "What a product's variants are sorted by.",
        {
            "FULL_TITLE": "By the product's and the variant's title.",
            "ID": "By the number in the global id.",
            "INVENTORY_LEVELS_AVAILABLE": "By how many are in stock.",
            "INVENTORY_MANAGEMENT": "By who keeps the inventory.",
            "INVENTORY_POLICY": "By the inventory policy.",
            "INVENTORY_QUANTITY": "By how many are in stock.",
            "NAME": "By title.",
            "POPULAR": "By how well they sell.",
            "POSITION": "In the order the merchant gave them.",
            "RELEVANCE": "By how well they fit a query.",
            "SKU": "By stock keeping unit.",
            "TITLE": "By title.",
        },
    )
