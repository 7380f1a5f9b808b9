"""The features of a shop, and its currencies."""

from typing import TYPE_CHECKING, TypeAlias

import strawberry
from babel import Locale

from abandoned_checkouts.checkouts.shop import Shop as StoredShop
from abandoned_checkouts.checkouts.shop_display import plan
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column
from abandoned_checkouts.shopify.schema.types.enums import CurrencyCode, enumeration, known_currency
from abandoned_checkouts.shopify.schema.types.scalars import DateTime, Decimal
from abandoned_checkouts.store.engine.rows import Row

_ENGLISH = Locale("en")
_ALWAYS = "Always true for shops of this server."

if TYPE_CHECKING:
    PaypalExpressSubscriptionsGatewayStatus: TypeAlias = str
    ShopBranding: TypeAlias = str
else:
    PaypalExpressSubscriptionsGatewayStatus = enumeration(
        "PaypalExpressSubscriptionsGatewayStatus",
        "The status of PayPal Express for subscriptions.",
        {"DISABLED": "Disabled.", "ENABLED": "Enabled.", "PENDING": "Not ready yet."},
    )
    ShopBranding = enumeration(
        "ShopBranding",
        "The brand under which a shop's admin appears.",
        {
            "ROGERS": "Rogers.",
            "SHOPIFY": "Shopify.",
            "SHOPIFY_GOLD": "Shopify Gold.",
            "SHOPIFY_PLUS": "Shopify Plus.",
        },
    )


def _currency_name(code: str) -> str:
    return str(_ENGLISH.currencies.get(code, code))


@backed(description="A currency that the shop sells in.")
class CurrencySetting(Backed):
    currency_code: CurrencyCode = column("currency", compute=known_currency, description="The code of the currency.")
    currency_name: str = column("currency", compute=_currency_name, description="The English name of the currency.")
    enabled: bool = column("currency", compute=lambda _: True, description="Whether buyers can pay in the currency.")
    manual_rate: Decimal | None = column(
        "currency",
        compute=lambda _: None,
        description="The exchange rate that the merchant set; null if there is none.",
    )
    rate_updated_at: DateTime | None = column(
        "currency", compute=lambda _: None, description="When the exchange rate was last updated; null if unknown."
    )


def currency_rows(shop: StoredShop) -> list[Row]:
    """The shop's own currency first."""
    return [{"currency": code} for code in dict.fromkeys((shop.currency, *shop.presentment_currencies))]


@strawberry.type(description="Whether a shop can sell bundles.")
class BundlesFeature:
    eligible_for_bundles: bool = strawberry.field(description="Whether the shop can sell bundles.")
    ineligibility_reason: str | None = strawberry.field(description="Why it cannot; null if it can.")
    sells_bundles: bool = strawberry.field(description="Whether the shop sells bundles.")


@strawberry.type(description="The operations that cart transform functions of a shop can use.")
class CartTransformEligibleOperations:
    expand_operation: bool = strawberry.field(description="Whether an item can be expanded into a bundle.")
    merge_operation: bool = strawberry.field(description="Whether items can be merged into a bundle.")
    update_operation: bool = strawberry.field(description="Whether an item can be changed; Shopify Plus only.")


@strawberry.type(description="Whether a shop can transform carts.")
class CartTransformFeature:
    eligible_operations: CartTransformEligibleOperations = strawberry.field(
        description="The operations that the shop can use."
    )


@strawberry.type(description="The features of a shop, by its plan. The shop's settings can override each.")
class ShopFeatures:
    avalara_avatax: bool = strawberry.field(description="Whether Avalara AvaTax calculates taxes.")
    branding: ShopBranding = strawberry.field(description="The brand of the shop's admin.")
    bundles: BundlesFeature = strawberry.field(description="Whether the shop can sell bundles.")
    buyer_experience_deposit_enabled: bool = strawberry.field(description="Whether buyers can pay deposits.")
    captcha: bool = strawberry.field(description="Whether the shop's pages are protected by a CAPTCHA.")
    captcha_external_domains: bool = strawberry.field(
        description="Whether the CAPTCHA works on other domains.", deprecation_reason="Not needed any more."
    )
    cart_transform: CartTransformFeature = strawberry.field(description="Whether the shop can transform carts.")
    delivery_profiles: bool = strawberry.field(
        description="Whether the shop has delivery profiles.", deprecation_reason=_ALWAYS
    )
    direct_connection_catalog_assignment_enabled: bool = strawberry.field(
        description="Whether catalogs can be assigned to companies directly."
    )
    dynamic_remarketing: bool = strawberry.field(description="Whether the shop uses dynamic remarketing.")
    eligible_for_subscription_migration: bool = strawberry.field(
        description="Whether subscriptions can be migrated to Shopify."
    )
    eligible_for_subscriptions: bool = strawberry.field(description="Whether the shop can sell subscriptions.")
    gift_cards: bool = strawberry.field(description="Whether the shop can sell gift cards.")
    harmonized_system_code: bool = strawberry.field(description="Whether products can have a harmonized system code.")
    international_domains: bool = strawberry.field(
        description="Whether the shop can have a domain per country.", deprecation_reason=_ALWAYS
    )
    international_price_overrides: bool = strawberry.field(
        description="Whether a country can have its own prices.", deprecation_reason="Use `unifiedMarkets`."
    )
    international_price_rules: bool = strawberry.field(
        description="Whether a country can have price adjustments.", deprecation_reason="Use `unifiedMarkets`."
    )
    legacy_subscription_gateway_enabled: bool = strawberry.field(
        description="Whether the shop uses a payment gateway of former subscriptions."
    )
    live_view: bool = strawberry.field(description="Whether the shop has the live view of visits.")
    market_driven_shipping: bool = strawberry.field(description="Whether markets decide about shipping.")
    onboarding_visual: bool = strawberry.field(
        description="Whether the admin shows the first steps.", deprecation_reason="Not used any more."
    )
    paypal_express_subscription_gateway_status: PaypalExpressSubscriptionsGatewayStatus = strawberry.field(
        description="The status of PayPal Express for subscriptions."
    )
    reports: bool = strawberry.field(description="Whether the shop has reports.")
    sells_subscriptions: bool = strawberry.field(description="Whether the shop sells subscriptions.")
    shopify_plus: bool = strawberry.field(
        description="Whether the plan is Shopify Plus.", deprecation_reason="Use `Shop.plan.shopifyPlus`."
    )
    show_metrics: bool = strawberry.field(description="Whether the admin shows metrics.")
    storefront: bool = strawberry.field(description="Whether the shop has an online store.")
    sub_country_markets_enabled: bool = strawberry.field(description="Whether markets can be parts of countries.")
    unified_markets: bool = strawberry.field(description="Whether the shop has unified markets.")
    using_shopify_balance: bool = strawberry.field(description="Whether the shop uses Shopify Balance.")


_ENABLED = (
    "captcha",
    "delivery_profiles",
    "eligible_for_subscriptions",
    "gift_cards",
    "harmonized_system_code",
    "international_domains",
    "international_price_overrides",
    "international_price_rules",
    "live_view",
    "reports",
    "show_metrics",
    "storefront",
    "unified_markets",
)
_DISABLED = (
    "avalara_avatax",
    "buyer_experience_deposit_enabled",
    "captcha_external_domains",
    "direct_connection_catalog_assignment_enabled",
    "dynamic_remarketing",
    "eligible_for_subscription_migration",
    "legacy_subscription_gateway_enabled",
    "market_driven_shipping",
    "onboarding_visual",
    "sells_subscriptions",
    "sub_country_markets_enabled",
    "using_shopify_balance",
)


def features_of(shop: StoredShop) -> ShopFeatures:
    """The features of the shop's plan. The setting `features` replaces values by name."""
    is_plus = plan(shop).is_plus
    given = shop.settings.get("features") or {}
    switches = {**dict.fromkeys(_ENABLED, True), **dict.fromkeys(_DISABLED, False), "shopify_plus": is_plus}
    switches |= {name: bool(value) for name, value in given.items() if name in switches}
    operations = CartTransformEligibleOperations(expand_operation=True, merge_operation=True, update_operation=is_plus)
    return ShopFeatures(
        branding="SHOPIFY_PLUS" if is_plus else "SHOPIFY",
        bundles=BundlesFeature(eligible_for_bundles=True, ineligibility_reason=None, sells_bundles=False),
        cart_transform=CartTransformFeature(eligible_operations=operations),
        paypal_express_subscription_gateway_status="DISABLED",
        **switches,
    )
