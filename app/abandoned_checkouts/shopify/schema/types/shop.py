"""The shop that a token belongs to."""

from typing import ClassVar

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop as StoredShop
from abandoned_checkouts.checkouts.shop_display import (
    is_metric,
    money_format,
    offset_minutes,
    offset_text,
    plan,
    zone_abbreviation,
)
from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    Connection,
    First,
    Last,
    Reverse,
    connection_of_rows,
    window_from,
)
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, computed
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_items
from abandoned_checkouts.shopify.schema.types.enums import CurrencyCode, known_currency
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime, FormattedString
from abandoned_checkouts.shopify.schema.types.shop_address import ShopAddress
from abandoned_checkouts.shopify.schema.types.shop_enums import UnitSystem, WeightUnit
from abandoned_checkouts.shopify.schema.types.shop_features import (
    CurrencySetting,
    ShopFeatures,
    currency_rows,
    features_of,
)
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import gid
from abandoned_checkouts.store.engine.rows import Row


@strawberry.type(description="The formats of the shop's prices. `{{amount}}` is replaced by the number.")
class CurrencyFormats:
    money_format: FormattedString = strawberry.field(description="The format on pages, without the currency code.")
    money_in_emails_format: str = strawberry.field(description="The format in e-mails, without the currency code.")
    money_with_currency_format: FormattedString = strawberry.field(
        description="The format on pages, with the currency code."
    )
    money_with_currency_in_emails_format: str = strawberry.field(
        description="The format in e-mails, with the currency code."
    )


@strawberry.type(description="A domain of the shop.")
class Domain(Node):
    host: str = strawberry.field(description="The host name.")
    ssl_enabled: bool = strawberry.field(description="Whether the domain is served over HTTPS.")
    url: URL = strawberry.field(description="The URL of the domain.")


@strawberry.type(description="The plan of a shop.")
class ShopPlan:
    display_name: str = strawberry.field(
        description="The name of the plan.", deprecation_reason="Use `publicDisplayName`."
    )
    partner_development: bool = strawberry.field(description="Whether the shop is a development shop.")
    public_display_name: str = strawberry.field(description="The name of the plan.")
    shopify_plus: bool = strawberry.field(description="Whether the plan is Shopify Plus.")


def shop_address(shop: StoredShop) -> ShopAddress:
    return ShopAddress(row={**(shop.address or {}), "id": shop.id})


def primary_domain(shop: StoredShop) -> Domain:
    return Domain(
        id=strawberry.ID(gid("Domain", shop.id)),
        host=shop.domain,
        ssl_enabled=True,
        url=URL(f"https://{shop.domain}"),
    )


@strawberry.type(description="The shop that the access token belongs to.")
class Shop(HasMetafields, Node):
    owner_type: ClassVar[str] = "SHOP"

    shop: strawberry.Private[StoredShop]

    @property
    def row(self) -> Row:
        """The row that the shop's metafields belong to."""
        return {"id": self.shop.id}

    @computed(description="The billing address of the shop.", deprecated="Use `shopAddress`.")
    def billing_address(self) -> ShopAddress:
        return shop_address(self.shop)

    @computed(description="Whether checkouts can be created by an API.")
    def checkout_api_supported(self) -> bool:
        return bool(self.shop.settings.get("checkout_api_supported", True))

    @computed(description="The e-mail address for customers.")
    def contact_email(self) -> str:
        return str(self.shop.settings.get("contact_email") or self.shop.email)

    @computed(description="When the shop was created.")
    def created_at(self) -> DateTime:
        return DateTime(format_utc(self.shop.created_at))

    @computed(description="The currency of the shop's prices.")
    def currency_code(self) -> CurrencyCode:
        return str(known_currency(self.shop.currency))

    @computed(description="The formats of the shop's prices.")
    def currency_formats(self) -> CurrencyFormats:
        short = money_format(self.shop.currency)
        long = money_format(self.shop.currency, with_currency=True)
        return CurrencyFormats(
            money_format=FormattedString(short),
            money_in_emails_format=short,
            money_with_currency_format=FormattedString(long),
            money_with_currency_in_emails_format=long,
        )

    @computed(description="The currencies that the shop sells in, its own currency first.")
    def currency_settings(
        self,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        reverse: Reverse = False,
    ) -> Connection[CurrencySetting]:
        window = window_from(CursorForm.ID, first, last, after, before, reverse)
        page = page_of_items(currency_rows(self.shop), window)
        return connection_of_rows(page, CursorForm.ID, lambda row: TYPES["CurrencySetting"](row=row["item"]))

    @computed(description="The shop's description.")
    def description(self) -> str | None:
        text: str | None = self.shop.settings.get("description")
        return text

    @computed(description="The e-mail address for Shopify and apps.")
    def email(self) -> str:
        return str(self.shop.email)

    @computed(description="The currencies in which buyers can see prices.")
    def enabled_presentment_currencies(self) -> list[CurrencyCode]:
        currencies = map(known_currency, (self.shop.currency, *self.shop.presentment_currencies))
        return [str(code) for code in dict.fromkeys(currencies)]

    @computed(description="The features of the shop.")
    def features(self) -> ShopFeatures:
        return features_of(self.shop)

    @computed(description="The IANA name of the time zone.")
    def iana_timezone(self) -> str:
        return str(self.shop.timezone)

    @computed(description="Whether checkouts ask for consent to SMS marketing.")
    def marketing_sms_consent_enabled_at_checkout(self) -> bool:
        return bool(self.shop.settings.get("marketing_sms_consent_enabled_at_checkout", False))

    @computed(description="The shop's permanent domain.")
    def myshopify_domain(self) -> str:
        return str(self.shop.domain)

    @computed(description="The shop's name.")
    def name(self) -> str:
        return str(self.shop.name)

    @computed(description="The shop's plan.")
    def plan(self) -> ShopPlan:
        known = plan(self.shop)
        return ShopPlan(
            display_name=known.name,
            partner_development=known.is_development,
            public_display_name=known.name,
            shopify_plus=known.is_plus,
        )

    @computed(description="The domain that buyers see.")
    def primary_domain(self) -> Domain:
        return primary_domain(self.shop)

    @computed(description="Whether the shop needs more setup before it can sell.")
    def setup_required(self) -> bool:
        return bool(self.shop.settings.get("setup_required", False))

    @computed(description="The address of the shop.")
    def shop_address(self) -> ShopAddress:
        return shop_address(self.shop)

    @computed(description="The owner's name.")
    def shop_owner_name(self) -> str:
        return str(self.shop.owner_name)

    @computed(description="Whether shipping is taxed.")
    def tax_shipping(self) -> bool:
        return bool(self.shop.settings.get("tax_shipping", False))

    @computed(description="Whether the prices include taxes.")
    def taxes_included(self) -> bool:
        return bool(self.shop.taxes_included)

    @computed(description="The current abbreviation of the time zone, for example `EST`.")
    def timezone_abbreviation(self, info: strawberry.Info) -> str:
        return zone_abbreviation(self.shop, info.context.now)

    @computed(description="The current offset from UTC, for example `-0400`.")
    def timezone_offset(self, info: strawberry.Info) -> str:
        return offset_text(offset_minutes(self.shop, info.context.now))

    @computed(description="The current offset from UTC in minutes.")
    def timezone_offset_minutes(self, info: strawberry.Info) -> int:
        return offset_minutes(self.shop, info.context.now)

    @computed(description="Whether messages about orders are not sent by SMS.")
    def transactional_sms_disabled(self) -> bool:
        return bool(self.shop.settings.get("transactional_sms_disabled", False))

    @computed(description="The system of units that the shop uses.")
    def unit_system(self) -> UnitSystem:
        return "METRIC_SYSTEM" if is_metric(self.shop) else "IMPERIAL_SYSTEM"

    @computed(description="When the shop was last updated.")
    def updated_at(self) -> DateTime:
        return DateTime(format_utc(self.shop.updated_at))

    @computed(description="The URL of the shop.")
    def url(self) -> URL:
        return URL(f"https://{self.shop.domain}")

    @computed(description="The unit of weight that the shop uses.")
    def weight_unit(self) -> WeightUnit:
        return str(self.shop.settings.get("weight_unit") or ("KILOGRAMS" if is_metric(self.shop) else "POUNDS"))


def shop_of(shop: StoredShop) -> Shop:
    return Shop(id=strawberry.ID(gid("Shop", shop.id)), shop=shop)
