"""This server with all features; only its rate limit is never reached."""

import os

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.shopify.permissions import rate_limits
from tests.benchmarks.metered import Application, metered

rate_limits.PLANS["standard"] = rate_limits.RateLimit.at(50_000_000)


def application() -> Application:
    url, executor = os.environ["BENCH_URL"], os.environ["BENCH_EXECUTOR"]
    return metered(create_app(Settings(database_url=url, executor=executor, work=False)))
