"""This server as it serves, with everything on; but its throttle never runs dry."""

import os

from app.config import Settings
from app.server import create_app
from app.shopify import throttle
from tests.benchmarks.metered import Application, metered

throttle.PLANS["standard"] = throttle.Plan.at(50_000_000)


def application() -> Application:
    url, executor = os.environ["BENCH_URL"], os.environ["BENCH_EXECUTOR"]
    return metered(create_app(Settings(database_url=url, executor=executor, work=False)))
