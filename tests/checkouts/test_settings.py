"""The threshold of abandonment: the platform's, unless the shop sets its own."""

from dataclasses import replace

import pytest

from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.settings import SettingValueError, read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import create_shop


@pytest.mark.anyio
@pytest.mark.parametrize(("platform", "minutes"), [("shopify", 10), ("wix", 60)])
async def test_platforms_thresholds(store: Database, platform: str, minutes: int) -> None:
    async with store.begin() as connection:
        shop: Shop = await create_shop(connection, "a.example", now=0, platform=platform)
    assert rules_of(shop).threshold == minutes * MINUTE
    own = replace(shop, settings={"abandoned_after_minutes": read_setting("abandoned_after_minutes", "25")})
    assert rules_of(own).threshold == 25 * MINUTE


@pytest.mark.parametrize("text", ["", "-1", "ten", "43201", "1.5"])
def test_what_is_no_threshold(text: str) -> None:
    with pytest.raises(SettingValueError, match="from 0 to 43200"):
        read_setting("abandoned_after_minutes", text)
