"""Settings of a shop, read from texts."""

import pytest

from abandoned_checkouts.checkouts.settings import SettingValueError, read_setting


@pytest.mark.parametrize("text", ["", "-1", "ten", "43201", "1.5"])
def test_an_invalid_threshold_is_refused(text: str) -> None:
    with pytest.raises(SettingValueError, match="from 0 to 43200"):
        read_setting("abandoned_after_minutes", text)
