"""Shared by the tests of the endpoints: a list of all methods, sending a request, and reading a validation error."""

from typing import Any

import httpx

from tests.wix.site import Site

UNKNOWN = "00000000-0000-4000-8000-000000000000"
Json = dict[str, Any]

# HTTP method, path after the prefix, body, and keys of the response. {id} is replaced by the sample's id.
METHODS = [
    ("GET", "/abandoned-checkout/{id}?abandonedCheckoutId={id}", None, {"abandonedCheckout"}),
    ("POST", "/abandoned-checkout/query", {}, {"results", "abandonedCheckouts", "metadata"}),
    ("POST", "/abandoned-checkout/search", {}, {"abandonedCheckouts", "pagingMetadata"}),
    (
        "POST",
        "/abandoned-checkout/get-analytics",
        {"startDate": "2023-05-01", "endDate": "2023-05-31", "metrics": ["RECOVERY_RATE"]},
        {"currency", "recoveryRate"},
    ),
    ("POST", "/abandoned-checkouts/{id}/add-activity", {"activityType": "TASK_CREATED"}, {"abandonedCheckout"}),
    (
        "POST",
        "/bulk/abandoned-checkout/delete",
        {"abandonedCheckoutIds": [UNKNOWN]},
        {"results", "bulkActionMetadata"},
    ),
    ("DELETE", "/abandoned-checkout/{id}?abandonedCheckoutId={id}", None, set()),
]


async def post(site: Site, method: str, body: Json, prefix: str = "/ecom/v1", status: int = 200) -> Json:
    response = await site.client.post(f"{prefix}/abandoned-checkout/{method}", json=body)
    assert response.status_code == status, response.text
    answer: Json = response.json()
    return answer


def violation(response: httpx.Response) -> Json:
    assert response.status_code == 400, response.text
    [only] = response.json()["details"]["validationError"]["fieldViolations"]
    return dict(only)
