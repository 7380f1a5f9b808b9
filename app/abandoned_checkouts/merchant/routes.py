"""The routes of the merchant pages. `PAGES` says what each page does with which data."""

from starlette.routing import Route

from abandoned_checkouts.access.rules import Action, Data
from abandoned_checkouts.merchant import (
    actions,
    checkout_list,
    checkout_page,
    definitions_page,
    delivery_page,
    dry_run_page,
    exports,
    flow_edit,
    flow_page,
    flow_preview,
    flows,
    holds,
    outbox,
    overview,
    reminder,
    settings_page,
    sign_in,
    tasks,
    token_page,
    users,
    views,
    webhook_page,
)
from abandoned_checkouts.merchant.layout import static_file
from abandoned_checkouts.merchant.page_endpoint import page_endpoint, redirect_to, unknown_page
from abandoned_checkouts.merchant.site import Page, Site

READ, WRITE = Action.READ, Action.WRITE
_SHOWN, _USERS = Data.MERCHANT_PAGES, Data.MERCHANT_USERS
_ACTIONS, _EXPORTS, _VIEWS = Data.CHECKOUT_ACTIONS, Data.MERCHANT_EXPORTS, Data.CHECKOUT_SEARCHES
_SETTINGS, _TOKENS = Data.SETTINGS, Data.ACCESS_TOKENS
_WEBHOOKS, _DELIVERIES = Data.EVENT_SUBSCRIPTIONS, Data.DELIVERIES
_FLOWS = Data.FLOWS
_CHECKOUT, _FLOW = "/merchant/checkouts/{checkout_id}", "/merchant/flows/{flow_id}"

PAGES = [
    Page("GET", "/", overview.overview_page, _SHOWN, READ),
    Page("GET", "/merchant/definitions", definitions_page.definitions_page, _SHOWN, READ),
    Page("GET", "/merchant/checkouts", checkout_list.list_page, _SHOWN, READ),
    Page("POST", "/merchant/checkouts/actions", actions.act_on_many, _ACTIONS, WRITE),
    Page("GET", _CHECKOUT, checkout_page.checkout_page, _SHOWN, READ),
    Page("POST", _CHECKOUT, actions.act_on_one, _ACTIONS, WRITE),
    Page("POST", f"{_CHECKOUT}/notes", actions.write_note, _ACTIONS, WRITE),
    Page("GET", f"{_CHECKOUT}/mails/{{mail_id}}", outbox.mail_page, _SHOWN, READ),
    Page("GET", f"{_CHECKOUT}/reminder", reminder.reminder_page, _ACTIONS, WRITE),
    Page("POST", f"{_CHECKOUT}/reminder", reminder.send, _ACTIONS, WRITE),
    Page("GET", f"{_CHECKOUT}/reminder/preview", reminder.preview, _ACTIONS, WRITE),
    Page("GET", "/merchant/notes/{note_id}", actions.edit_note, _ACTIONS, WRITE),
    Page("POST", "/merchant/notes/{note_id}", actions.edit_note, _ACTIONS, WRITE),
    Page("GET", "/merchant/tasks", tasks.tasks_page, _SHOWN, READ),
    Page("POST", "/merchant/tasks/{task_id}", tasks.change, _ACTIONS, WRITE),
    Page("POST", "/merchant/views", views.save_view, _VIEWS, WRITE),
    Page("POST", "/merchant/views/{view_id}", views.delete_view, _VIEWS, WRITE),
    Page("POST", "/merchant/exports", exports.start_export, _EXPORTS, WRITE),
    Page("GET", "/merchant/exports/{export_id}", exports.export_page, _EXPORTS, READ),
    Page("GET", "/merchant/exports/{export_id}/file", exports.download_export, _EXPORTS, READ),
    Page("GET", "/merchant/outbox", outbox.outbox_page, _SHOWN, READ),
    Page("GET", "/merchant/flows", flows.flows_page, _SHOWN, READ),
    Page("GET", "/merchant/flows/new", flow_edit.new_page, _FLOWS, WRITE),
    Page("POST", "/merchant/flows/new", flow_edit.submit, _FLOWS, WRITE),
    Page("POST", "/merchant/flows/check", flow_edit.check, _FLOWS, WRITE),
    Page("POST", "/merchant/flows/mail", flow_preview.written_mail, _FLOWS, WRITE),
    Page("GET", _FLOW, flow_page.flow_page, _SHOWN, READ),
    Page("POST", _FLOW, flows.turn, _FLOWS, WRITE),
    Page("GET", f"{_FLOW}/preview", flow_preview.preview_page, _SHOWN, READ),
    Page("GET", f"{_FLOW}/dry-run", dry_run_page.dry_run_page, _SHOWN, READ),
    # Changes nothing that others see.
    Page("POST", f"{_FLOW}/dry-run", dry_run_page.start_dry_run, _SHOWN, READ),
    Page("GET", f"{_FLOW}/edit", flow_edit.edit_page, _FLOWS, WRITE),
    Page("POST", f"{_FLOW}/edit", flow_edit.submit, _FLOWS, WRITE),
    Page("GET", f"{_FLOW}/delete", flows.delete, _FLOWS, WRITE),
    Page("POST", f"{_FLOW}/delete", flows.delete, _FLOWS, WRITE),
    Page("GET", "/merchant/users", users.users_page, _USERS, READ),
    Page("POST", "/merchant/users", users.invite_user, _USERS, WRITE),
    Page("POST", "/merchant/users/{user_id}", users.change_user, _USERS, WRITE),
    # Only those who may change settings see them.
    *(
        Page(method, f"/merchant/settings{path}", view, _SETTINGS, WRITE)
        for path in ("", "/mail", "/retention")
        for method, view in (("GET", settings_page.settings_page), ("POST", settings_page.save_settings))
    ),
    Page("POST", "/merchant/settings/mail/test", settings_page.send_test_mail, _SETTINGS, WRITE),
    Page("POST", f"{_CHECKOUT}/hold", holds.hold, _SETTINGS, WRITE),
    Page("GET", "/merchant/settings/tokens", token_page.tokens_page, _TOKENS, READ),
    Page("POST", "/merchant/settings/tokens", token_page.create_token, _TOKENS, WRITE),
    Page("POST", "/merchant/settings/tokens/{token_id}", token_page.end_token, _TOKENS, WRITE),
    Page("GET", "/merchant/settings/webhooks", webhook_page.webhooks_page, _WEBHOOKS, WRITE),
    Page("POST", "/merchant/settings/webhooks", webhook_page.add_webhook, _WEBHOOKS, WRITE),
    Page("POST", "/merchant/settings/webhooks/{subscription_id}", webhook_page.delete_webhook, _WEBHOOKS, WRITE),
    Page("GET", "/merchant/settings/deliveries", delivery_page.deliveries_page, _DELIVERIES, WRITE),
    Page("GET", "/merchant/settings/deliveries/{delivery_id}", delivery_page.delivery_page, _DELIVERIES, WRITE),
    Page("POST", "/merchant/settings/deliveries/{delivery_id}", delivery_page.replay, _DELIVERIES, WRITE),
    Page("POST", "/merchant/sign-out", sign_in.sign_out, Data.OWN_SESSION, WRITE),
]


def merchant_routes(site: Site) -> list[Route]:
    """The pages, the sign-in, their static files, and redirects of former addresses."""
    return [
        Route("/merchant/assets/{name}", static_file, methods=["GET"]),
        Route("/merchant/sign-in", sign_in.sign_in(site), methods=["GET", "POST"]),
        Route("/merchant/sign-in/link", sign_in.request_link(site), methods=["POST"]),
        Route("/merchant/enter/{key}", sign_in.enter(site), methods=["GET", "POST"]),
        Route("/merchant/language", sign_in.choose_language(site), methods=["POST"]),
        Route("/merchant", redirect_to("/"), methods=["GET"]),
        *(Route(page.path, page_endpoint(page, site), methods=[page.method]) for page in PAGES),
        # Last: any other address of these pages.
        Route("/merchant/{path:path}", unknown_page(site)),
    ]
