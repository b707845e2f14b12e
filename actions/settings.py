"""Settings of the actions server, from the environment."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge import DEFAULT_FISCAL_YEAR


def fiscal_year() -> int:
    """`NAVI_FISCAL_YEAR`: the fiscal year whose programmes are applied."""
    return int(os.environ.get("NAVI_FISCAL_YEAR", DEFAULT_FISCAL_YEAR))


def today() -> date:
    """The day in Japan, whatever zone the server runs in."""
    return datetime.now(ZoneInfo("Asia/Tokyo")).date()
