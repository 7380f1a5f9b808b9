"""Apps, and their installations on a shop."""

from collections.abc import Callable
from typing import Any, ClassVar

import orjson
import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import Declared
from abandoned_checkouts.shopify.schema.types.access_scope import OFFERED, AccessScope, access_scopes
from abandoned_checkouts.shopify.schema.types.image import Image, absolute
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.scalars import URL
from abandoned_checkouts.shopify.schema.types.shop_enums import AppDeveloperType
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.engine.rows import Row

APP_PICTURE = "/images/app.svg"

# The app of abandonments that no app of the shop recorded: the platform's storefront.
ONLINE_STORE: Row = {
    "id": 580111,
    "title": "Online Store",
    "handle": "online_store",
    "client_id": "online-store",
    "scopes": "[]",
    "settings": orjson.dumps({"developer_type": "SHOPIFY", "developer_name": "Shopify", "embedded": True}).decode(),
}


_app_id = GidOf("App")


def setting(name: str, default: object = None) -> Callable[[str | None], Any]:
    """A function that returns one setting of an app, or the default."""

    def read(settings: str | None) -> object:
        value = orjson.loads(settings or "{}").get(name)
        return default if value is None else value

    return read


def _setting(name: str, default: object = None, *, description: str) -> Declared:
    return column("settings", compute=setting(name, default), description=description)


def _picture(root: Backed, info: strawberry.Info, name: str) -> Image:
    address = setting(name, APP_PICTURE)(root.row["settings"])
    picture: Image = TYPES["Image"](row={"url": absolute(info.context, address), "alt_text": root.row["title"]})
    return picture


@backed(description="An app: a program that uses this API.")
class App(Backed, Node):
    api_key: str = column("client_id", description="The app's client id, which is not a secret.")
    app_store_app_url: URL | None = _setting("app_store_url", description="The app's page in the app store.")
    app_store_developer_url: URL | None = _setting(
        "app_store_developer_url", description="The developer's page in the app store."
    )
    description: str | None = _setting("description", description="A description of the app.")
    developer_name: str | None = _setting("developer_name", description="The developer's name.")
    developer_type: AppDeveloperType = _setting("developer_type", "MERCHANT", description="The kind of developer.")
    embedded: bool = _setting("embedded", False, description="Whether the app is embedded in the admin.")
    features: list[str] = _setting("features", (), description="The app's features.")
    handle: str | None = column("handle", description="The app's name in URLs.")
    id: strawberry.ID = column("id", compute=_app_id, description="The global id.")
    install_url: URL | None = _setting("install_url", description="The URL that installs the app.")
    is_post_purchase_app_in_use: bool = _setting(
        "is_post_purchase_app_in_use", False, description="Whether the app makes offers after a purchase."
    )
    previously_installed: bool = _setting(
        "previously_installed", False, description="Whether the app was installed on this shop before."
    )
    pricing_details: str | None = _setting("pricing_details", description="The app's prices in detail.")
    pricing_details_summary: str = _setting("pricing_details_summary", "", description="A summary of the app's prices.")
    privacy_policy_url: URL | None = _setting("privacy_policy_url", description="The URL of the app's privacy policy.")
    published: bool = _setting("published", False, description="Whether the app is published in the app store.")
    shopify_developed: bool = column(
        "settings",
        compute=lambda settings: setting("developer_type")(settings) == "SHOPIFY",
        description="Whether Shopify developed the app.",
    )
    title: str = column("title", description="The app's name.")
    uninstall_message: str = _setting(
        "uninstall_message", "", description="The message shown when the app is uninstalled."
    )

    @computed(description="All scopes that an app can request.")
    def available_access_scopes(self) -> list[AccessScope]:
        return access_scopes(OFFERED)

    @computed(description="The app's banner image.")
    def banner(self, info: strawberry.Info) -> Image:
        return _picture(self, info, "banner")

    @computed(description="The app's icon.")
    def icon(self, info: strawberry.Info) -> Image:
        return _picture(self, info, "icon")

    @computed(description="The app's installation on this shop; null if it is not installed.")
    def installation(self) -> "AppInstallation | None":
        return None if self.row["id"] == ONLINE_STORE["id"] else AppInstallation(row=self.row)

    @computed(description="The optional scopes, which the app can request at any time.")
    def optional_access_scopes(self) -> list[AccessScope]:
        return access_scopes(setting("optional_scopes", ())(self.row["settings"]))

    @computed(description="The scopes that the app requested at installation.")
    def requested_access_scopes(self) -> list[AccessScope]:
        return access_scopes(orjson.loads(self.row["scopes"]))

    @computed(description="The API version of the app's webhooks.")
    def webhook_api_version(self, info: strawberry.Info) -> str:
        return str(setting("webhook_api_version", info.context.version)(self.row["settings"]))


_installation_id = GidOf("AppInstallation")


def _launch(request: Request, handle: str) -> str:
    return f"https://{request.shop.domain}/admin/apps/{handle}"


@backed(description="The installation of an app on a shop.")
class AppInstallation(Backed, HasMetafields, Node):
    owner_type: ClassVar[str] = "API_PERMISSION"

    id: strawberry.ID = column("id", compute=_installation_id, description="The global id.")
    launch_url: URL = column("handle", compute=_launch, uses_request=True, description="The URL that opens the app.")
    uninstall_url: URL | None = _setting("uninstall_url", description="The URL that uninstalls the app.")

    @computed(description="The scopes granted to the app.")
    def access_scopes(self, info: strawberry.Info) -> list[AccessScope]:
        access = info.context.access
        own = self.row["id"] == access.app_id
        return access_scopes(access.scopes if own else orjson.loads(self.row["scopes"]))

    @computed(description="The app.")
    def app(self) -> App:
        return App(row=self.row)


async def app_row(request: Request, number: int | None) -> Row | None:
    """The row of the app with that number on this shop, or None."""
    if number == ONLINE_STORE["id"]:
        return ONLINE_STORE
    return None if number is None else await request.row("apps", "id", number)
