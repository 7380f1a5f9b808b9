"""Default pictures that the schema returns for customers and apps without a picture."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_FRAME = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">{}</svg>'
_PICTURES = {
    "customer": '<rect width="100" height="100" fill="#e3e8ee"/><circle cx="50" cy="38" r="17" fill="#8796a8"/>'
    '<path d="M18 92c0-20 14-32 32-32s32 12 32 32z" fill="#8796a8"/>',
    "app": '<rect width="100" height="100" rx="22" fill="#5b7083"/><path d="M30 34h46l-6 28H38L30 26H20" fill="none" '
    'stroke="#fff" stroke-width="6" stroke-linejoin="round"/><circle cx="42" cy="76" r="6" fill="#fff"/>'
    '<circle cx="66" cy="76" r="6" fill="#fff"/>',
}


def picture_routes() -> list[Route]:
    """GET /images/customer.svg and /images/app.svg."""

    async def picture(request: Request) -> Response:
        drawn = _PICTURES.get(request.path_params["name"])
        if drawn is None:
            return PlainTextResponse("Not Found", 404)
        headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(_FRAME.format(drawn), media_type="image/svg+xml", headers=headers)

    return [Route("/images/{name}.svg", picture, methods=["GET"])]
