"""Exports of the list: a worker writes the file, this page shows how far it is, and then links to the file."""

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.layout import merchant_headers
from abandoned_checkouts.merchant.search import LONGEST_QUERY
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.exports import add_export, find_export
from abandoned_checkouts.work.export_job import export_file

_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


async def start_export(visit: Visit) -> Response:
    """Asks for an export of all rows that a search finds."""
    form = "jsonl" if visit.form.text("format") == "jsonl" else "csv"
    query = visit.form.text("query", LONGEST_QUERY)
    async with visit.database.begin() as connection:
        number = await add_export(
            connection, visit.shop, query=query, form=form, author=visit.who, address=visit.address, now=visit.now
        )
        await record(connection, visit.shop.id, AuditAction.CHECKOUTS_EXPORTED, f"export {number} as {form}", visit.now)
    visit.site.wake()
    return visit.redirect(f"/merchant/exports/{number}")


async def export_page(visit: Visit) -> Response:
    export = await _found(visit)
    return visit.page(
        "export.html",
        export=export,
        is_running=export["state"] in ("waiting", "running"),
        problem=error_text(visit.words, export["problem"] or ""),
    )


async def _found(visit: Visit) -> Row:
    """The export in the address; a dry run has a page of its flow."""
    async with visit.database.read() as connection:
        export = existing(await find_export(connection, visit.shop, number_in(visit.request, "export_id")))
    return existing(export if export["format"] in _TYPES else None)


async def download_export(visit: Visit) -> Response:
    export = await _found(visit)
    found = existing(None if visit.site.results is None else await export_file(visit.site.results, export))
    name = f"abandoned-checkouts-{export['id']}.{export['format']}"
    headers = merchant_headers("sandbox")
    after = BackgroundTask(found.path.unlink, missing_ok=True) if found.is_copy else None
    media_type = _TYPES[export["format"]]
    return FileResponse(found.path, media_type=media_type, filename=name, headers=headers, background=after)
