"""The page with the definition of every figure, which the numbers of the overview link to."""

from starlette.responses import Response

from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.reports.definitions import DEFINITIONS


async def definitions_page(visit: Visit) -> Response:
    return visit.page("definitions.html", definitions=DEFINITIONS.values())
