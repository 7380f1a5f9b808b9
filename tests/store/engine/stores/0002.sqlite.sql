CREATE TABLE bulk_operations (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    type TEXT DEFAULT 'QUERY' NOT NULL,
    status TEXT DEFAULT 'CREATED' NOT NULL,
    "query" TEXT NOT NULL,
    group_objects BOOLEAN DEFAULT '0' NOT NULL,
    api_version TEXT NOT NULL,
    scopes TEXT DEFAULT '[]' NOT NULL,
    error_code TEXT,
    object_count BIGINT DEFAULT '0' NOT NULL,
    root_object_count BIGINT DEFAULT '0' NOT NULL,
    file_size BIGINT,
    file TEXT,
    partial_file TEXT,
    progress TEXT,
    worker TEXT,
    leased_until BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    CONSTRAINT pk_bulk_operations PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_bulk_operations_by_status ON bulk_operations (status, created_at);
CREATE INDEX ix_bulk_operations_by_app ON bulk_operations (shop_id, app_id, type, created_at);
CREATE TABLE products (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    handle TEXT NOT NULL,
    description_html TEXT DEFAULT '' NOT NULL,
    vendor TEXT DEFAULT '' NOT NULL,
    product_type TEXT DEFAULT '' NOT NULL,
    status TEXT DEFAULT 'ACTIVE' NOT NULL,
    tags TEXT DEFAULT '[]' NOT NULL,
    options TEXT DEFAULT '[]' NOT NULL,
    template_suffix TEXT,
    seo_title TEXT,
    seo_description TEXT,
    is_gift_card BOOLEAN DEFAULT '0' NOT NULL,
    requires_selling_plan BOOLEAN DEFAULT '0' NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    published_at BIGINT,
    extra TEXT,
    CONSTRAINT pk_products PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_products_by_handle ON products (shop_id, handle);
CREATE TABLE product_images (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id BIGINT NOT NULL,
    url TEXT NOT NULL,
    alt_text TEXT,
    width BIGINT,
    height BIGINT,
    thumbhash TEXT,
    CONSTRAINT pk_product_images PRIMARY KEY (shop_id, product_id, position)
)
 WITHOUT ROWID;
CREATE TABLE product_variants (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    sku TEXT,
    barcode TEXT,
    price BIGINT NOT NULL,
    compare_at_price BIGINT,
    inventory_policy TEXT DEFAULT 'DENY' NOT NULL,
    inventory_quantity BIGINT,
    tracks_inventory BOOLEAN DEFAULT '1' NOT NULL,
    taxable BOOLEAN DEFAULT '1' NOT NULL,
    tax_code TEXT,
    requires_components BOOLEAN DEFAULT '0' NOT NULL,
    image_id BIGINT,
    selected_options TEXT DEFAULT '[]' NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    extra TEXT,
    CONSTRAINT pk_product_variants PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_product_variants_by_product ON product_variants (shop_id, product_id, position);
CREATE TABLE orders (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    confirmation_number TEXT,
    checkout_id BIGINT,
    checkout_token TEXT,
    cart_token TEXT,
    customer_id BIGINT,
    email TEXT,
    phone TEXT,
    note TEXT,
    source_name TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    processed_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    closed_at BIGINT,
    currency TEXT NOT NULL,
    presentment_currency TEXT NOT NULL,
    financial_status TEXT,
    fulfillment_status TEXT DEFAULT 'UNFULFILLED' NOT NULL,
    taxes_included BOOLEAN DEFAULT '0' NOT NULL,
    test BOOLEAN DEFAULT '0' NOT NULL,
    subtotal_price BIGINT NOT NULL,
    presentment_subtotal_price BIGINT NOT NULL,
    total_discounts BIGINT NOT NULL,
    presentment_total_discounts BIGINT NOT NULL,
    total_tax BIGINT NOT NULL,
    presentment_total_tax BIGINT NOT NULL,
    total_price BIGINT NOT NULL,
    presentment_total_price BIGINT NOT NULL,
    tags TEXT DEFAULT '[]' NOT NULL,
    custom_attributes TEXT DEFAULT '[]' NOT NULL,
    discount_codes TEXT DEFAULT '[]' NOT NULL,
    extra TEXT,
    CONSTRAINT pk_orders PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_orders_by_checkout_token ON orders (shop_id, checkout_token);
CREATE INDEX ix_orders_by_customer ON orders (shop_id, customer_id, created_at);
CREATE TABLE metafields (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    owner_type TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    namespace TEXT NOT NULL,
    "key" TEXT NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT pk_metafields PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX uq_metafields_owner ON metafields (shop_id, owner_type, owner_id, namespace, "key");
CREATE INDEX ix_metafields_by_owner_id ON metafields (shop_id, owner_id);
CREATE TABLE abandoned_checkouts (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    token TEXT NOT NULL,
    cart_token TEXT,
    recovery_key TEXT NOT NULL,
    abandoned_checkout_url TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT,
    closed_at BIGINT,
    abandoned_at BIGINT NOT NULL,
    recovered_at BIGINT,
    source_updated_at BIGINT,
    lapsed_at BIGINT,
    status TEXT NOT NULL,
    recovery_state TEXT NOT NULL,
    email_state TEXT NOT NULL,
    email_sent_at BIGINT,
    customer_id BIGINT,
    checkout_uuid TEXT,
    cart_uuid TEXT,
    contact_id TEXT,
    visitor_id TEXT,
    member_id TEXT,
    user_id TEXT,
    contact_first_name TEXT,
    contact_last_name TEXT,
    contact_text TEXT DEFAULT '' NOT NULL,
    customer_name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    locale TEXT,
    buyer_accepts_marketing BOOLEAN DEFAULT '0' NOT NULL,
    currency TEXT NOT NULL,
    presentment_currency TEXT NOT NULL,
    taxes_included BOOLEAN DEFAULT '0' NOT NULL,
    total_line_items_price BIGINT NOT NULL,
    presentment_total_line_items_price BIGINT NOT NULL,
    total_discount BIGINT NOT NULL,
    presentment_total_discount BIGINT NOT NULL,
    subtotal_price BIGINT NOT NULL,
    presentment_subtotal_price BIGINT NOT NULL,
    total_shipping BIGINT NOT NULL,
    presentment_total_shipping BIGINT NOT NULL,
    total_tax BIGINT,
    presentment_total_tax BIGINT,
    total_duties BIGINT,
    presentment_total_duties BIGINT,
    total_tip BIGINT NOT NULL,
    presentment_total_tip BIGINT NOT NULL,
    total_price BIGINT NOT NULL,
    presentment_total_price BIGINT NOT NULL,
    line_items_quantity INTEGER NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    billing_address TEXT,
    shipping_address TEXT,
    custom_attributes TEXT DEFAULT '[]' NOT NULL,
    discount_codes TEXT DEFAULT '[]' NOT NULL,
    discount_applications TEXT DEFAULT '[]' NOT NULL,
    tax_lines TEXT DEFAULT '[]' NOT NULL,
    shipping_lines TEXT DEFAULT '[]' NOT NULL,
    extra TEXT,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_abandoned_checkouts PRIMARY KEY (shop_id, id),
    CONSTRAINT uq_abandoned_checkouts_shop_id_document_id UNIQUE (shop_id, document_id),
    CONSTRAINT uq_abandoned_checkouts_shop_id_uuid UNIQUE (shop_id, uuid)
);
CREATE INDEX ix_abandoned_checkouts_by_created_at ON abandoned_checkouts (shop_id, created_at, id, updated_at, status, recovery_state, email_state, document_id);
CREATE INDEX ix_abandoned_checkouts_by_status ON abandoned_checkouts (shop_id, status, id);
CREATE INDEX ix_abandoned_checkouts_by_member ON abandoned_checkouts (shop_id, member_id, id) WHERE member_id IS NOT NULL;
CREATE INDEX ix_abandoned_checkouts_by_customer ON abandoned_checkouts (shop_id, customer_id, created_at);
CREATE INDEX ix_abandoned_checkouts_by_updated_at ON abandoned_checkouts (shop_id, updated_at, id);
CREATE INDEX ix_abandoned_checkouts_by_contact ON abandoned_checkouts (shop_id, contact_id, id);
CREATE INDEX ix_abandoned_checkouts_by_completed_at ON abandoned_checkouts (shop_id, completed_at, id);
CREATE INDEX ix_abandoned_checkouts_by_id ON abandoned_checkouts (shop_id, id, updated_at, created_at, status, recovery_state, email_state, document_id);
CREATE INDEX ix_abandoned_checkouts_by_abandoned_at ON abandoned_checkouts (shop_id, abandoned_at, id);
CREATE INDEX ix_abandoned_checkouts_by_customer_name ON abandoned_checkouts (shop_id, customer_name, id, updated_at, created_at, status, recovery_state, email_state, document_id);
CREATE INDEX ix_abandoned_checkouts_lapsing ON abandoned_checkouts (shop_id, recovered_at, lapsed_at, abandoned_at) WHERE recovered_at IS NULL AND lapsed_at IS NULL;
CREATE INDEX ix_abandoned_checkouts_token ON abandoned_checkouts (shop_id, token);
CREATE INDEX ix_abandoned_checkouts_by_total_price ON abandoned_checkouts (shop_id, total_price, id, updated_at, created_at, status, recovery_state, email_state, document_id);
CREATE INDEX ix_abandoned_checkouts_by_email_state ON abandoned_checkouts (shop_id, email_state, id);
CREATE INDEX ix_abandoned_checkouts_by_email ON abandoned_checkouts (shop_id, email, id);
CREATE INDEX ix_abandoned_checkouts_by_recovery_state ON abandoned_checkouts (shop_id, recovery_state, id);
CREATE INDEX ix_abandoned_checkouts_by_visitor ON abandoned_checkouts (shop_id, visitor_id, id) WHERE visitor_id IS NOT NULL;
CREATE INDEX ix_abandoned_checkouts_by_subtotal_price ON abandoned_checkouts (shop_id, subtotal_price, id);
CREATE TABLE activities (
    shop_id BIGINT NOT NULL,
    abandonment_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    activity_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    channel TEXT,
    reason TEXT,
    marketing_activity_id BIGINT,
    delivery_state TEXT,
    CONSTRAINT pk_activities PRIMARY KEY (shop_id, abandonment_id, sequence)
)
 WITHOUT ROWID;
CREATE TABLE customers (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    phone TEXT,
    note TEXT,
    state TEXT DEFAULT 'disabled' NOT NULL,
    locale TEXT DEFAULT 'en' NOT NULL,
    currency TEXT,
    tags TEXT DEFAULT '[]' NOT NULL,
    tax_exempt BOOLEAN DEFAULT '0' NOT NULL,
    verified_email BOOLEAN DEFAULT '1' NOT NULL,
    data_sale_opt_out BOOLEAN DEFAULT '0' NOT NULL,
    multipass_identifier TEXT,
    product_subscriber_status TEXT DEFAULT 'NEVER_SUBSCRIBED' NOT NULL,
    number_of_orders BIGINT DEFAULT '0' NOT NULL,
    amount_spent BIGINT NOT NULL,
    last_order_id BIGINT,
    email_marketing_state TEXT DEFAULT 'NOT_SUBSCRIBED' NOT NULL,
    email_marketing_opt_in_level TEXT,
    email_marketing_updated_at BIGINT,
    sms_marketing_state TEXT DEFAULT 'NOT_SUBSCRIBED' NOT NULL,
    sms_marketing_opt_in_level TEXT,
    sms_marketing_updated_at BIGINT,
    sms_marketing_collected_from TEXT,
    addresses TEXT DEFAULT '[]' NOT NULL,
    erasure_requested_at BIGINT,
    extra TEXT,
    CONSTRAINT pk_customers PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_customers_by_email ON customers (shop_id, email);
CREATE INDEX ix_customers_erasure ON customers (erasure_requested_at) WHERE erasure_requested_at IS NOT NULL;
CREATE INDEX ix_customers_by_uuid ON customers (shop_id, uuid);
CREATE TABLE deleted_customers (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    deleted_at BIGINT NOT NULL,
    merged_into BIGINT,
    CONSTRAINT pk_deleted_customers PRIMARY KEY (shop_id, id)
);
CREATE TABLE erasure_requests (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    customer_id BIGINT,
    email TEXT,
    checkout_id BIGINT,
    requested_at BIGINT NOT NULL,
    CONSTRAINT pk_erasure_requests PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_erasure_requests_by_id ON erasure_requests (id);
CREATE TABLE open_checkouts (
    shop_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    id BIGINT NOT NULL,
    cart_token TEXT,
    state TEXT NOT NULL,
    document TEXT DEFAULT '{}' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    contact_at BIGINT,
    due_at BIGINT,
    seen_at BIGINT NOT NULL,
    CONSTRAINT pk_open_checkouts PRIMARY KEY (shop_id, token)
);
CREATE INDEX ix_open_checkouts_by_cart_token ON open_checkouts (shop_id, cart_token);
CREATE INDEX ix_open_checkouts_by_id ON open_checkouts (shop_id, id);
CREATE INDEX ix_open_checkouts_by_seen_at ON open_checkouts (seen_at);
CREATE INDEX ix_open_checkouts_due ON open_checkouts (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE carts (
    shop_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    document TEXT DEFAULT '{}' NOT NULL,
    updated_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    CONSTRAINT pk_carts PRIMARY KEY (shop_id, token)
);
CREATE INDEX ix_carts_by_seen_at ON carts (seen_at);
CREATE TABLE received_webhooks (
    shop_id BIGINT NOT NULL,
    webhook_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    problem TEXT,
    body TEXT,
    CONSTRAINT pk_received_webhooks PRIMARY KEY (shop_id, webhook_id)
);
CREATE INDEX ix_received_webhooks_by_received_at ON received_webhooks (received_at);
CREATE TABLE events (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    checkout_id BIGINT,
    action_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    sequence INTEGER DEFAULT '1' NOT NULL,
    occurred_at BIGINT NOT NULL,
    document TEXT DEFAULT '{}' NOT NULL,
    dispatched_at BIGINT,
    CONSTRAINT pk_events PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_events_waiting ON events (id) WHERE dispatched_at IS NULL;
CREATE INDEX ix_events_by_occurred_at ON events (occurred_at);
CREATE INDEX ix_events_by_checkout ON events (shop_id, checkout_id, id);
CREATE TABLE event_subscriptions (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    dialect TEXT NOT NULL,
    topic TEXT NOT NULL,
    address TEXT NOT NULL,
    secret TEXT NOT NULL,
    app_id TEXT,
    instance_id TEXT,
    created_at BIGINT NOT NULL,
    succeeded_at BIGINT,
    CONSTRAINT pk_event_subscriptions PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX uq_event_subscriptions_address ON event_subscriptions (shop_id, dialect, topic, address);
CREATE TABLE deliveries (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    dialect TEXT NOT NULL,
    subscription_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    topic TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    address TEXT NOT NULL,
    headers TEXT DEFAULT '{}' NOT NULL,
    body TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    due_at BIGINT NOT NULL,
    claim TEXT,
    created_at BIGINT NOT NULL,
    first_attempt_at BIGINT,
    finished_at BIGINT,
    status BIGINT,
    problem TEXT,
    CONSTRAINT pk_deliveries PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_deliveries_by_created_at ON deliveries (shop_id, created_at, id);
CREATE INDEX ix_deliveries_by_event ON deliveries (shop_id, event_id);
CREATE INDEX ix_deliveries_waiting ON deliveries (shop_id, dialect, address, subject, id) WHERE state = 'waiting';
CREATE INDEX ix_deliveries_by_subject ON deliveries (shop_id, dialect, subscription_id, subject, id);
CREATE INDEX ix_deliveries_due ON deliveries (due_at, id) WHERE state = 'waiting';
CREATE TABLE delivery_attempts (
    shop_id BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    status BIGINT,
    problem TEXT,
    response TEXT,
    CONSTRAINT pk_delivery_attempts PRIMARY KEY (shop_id, delivery_id, attempt)
)
 WITHOUT ROWID;
CREATE TABLE flows (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    is_active BOOLEAN DEFAULT '0' NOT NULL,
    definition TEXT DEFAULT '{}' NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT pk_flows PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX uq_flows_name ON flows (shop_id, name);
CREATE TABLE flow_steps (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    flow_id BIGINT NOT NULL,
    checkout_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    claim TEXT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    message_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    reason TEXT,
    unlogged TEXT,
    CONSTRAINT pk_flow_steps PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_flow_steps_due ON flow_steps (due_at, id) WHERE state = 'waiting';
CREATE INDEX ix_flow_steps_by_checkout ON flow_steps (shop_id, checkout_id, id);
CREATE TABLE flow_mails (
    shop_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    checkout_id BIGINT NOT NULL,
    flow_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    sent_at BIGINT NOT NULL,
    recipient_key TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    plain TEXT NOT NULL,
    locale TEXT,
    CONSTRAINT pk_flow_mails PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_flow_mails_by_checkout ON flow_mails (shop_id, checkout_id, sent_at);
CREATE TABLE unsubscribed (
    shop_id BIGINT NOT NULL,
    recipient_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_unsubscribed PRIMARY KEY (shop_id, recipient_key)
);
CREATE TABLE merchant_tasks (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    checkout_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_merchant_tasks PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_merchant_tasks_by_checkout ON merchant_tasks (shop_id, checkout_id);
CREATE TABLE recovery_discounts (
    shop_id BIGINT NOT NULL,
    checkout_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_recovery_discounts PRIMARY KEY (shop_id, checkout_id)
);
CREATE TABLE shops (
    id INTEGER NOT NULL,
    uuid TEXT NOT NULL,
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT NOT NULL,
    platform TEXT NOT NULL,
    taxes_included BOOLEAN DEFAULT '0' NOT NULL,
    secret TEXT NOT NULL,
    is_demo BOOLEAN DEFAULT '0' NOT NULL,
    presentment_currencies TEXT DEFAULT '[]' NOT NULL,
    address TEXT,
    abandoned_after_minutes INTEGER NOT NULL,
    last_checkout_id BIGINT DEFAULT '0' NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    settings TEXT DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_shops PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_shops_domain ON shops (domain);
CREATE UNIQUE INDEX uq_shops_uuid ON shops (uuid);
CREATE TABLE apps (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    handle TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    scopes TEXT DEFAULT '[]' NOT NULL,
    settings TEXT DEFAULT '{}' NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_apps PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX uq_apps_client_id ON apps (shop_id, client_id);
CREATE TABLE saved_searches (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resource_type TEXT NOT NULL,
    name TEXT NOT NULL,
    "query" TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT pk_saved_searches PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX uq_saved_searches_name ON saved_searches (shop_id, resource_type, name);
CREATE TABLE webhook_subscriptions (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    uri TEXT NOT NULL,
    format TEXT DEFAULT 'JSON' NOT NULL,
    filter TEXT,
    include_fields TEXT DEFAULT '[]' NOT NULL,
    metafield_namespaces TEXT DEFAULT '[]' NOT NULL,
    metafields TEXT DEFAULT '[]' NOT NULL,
    name TEXT,
    api_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    succeeded_at BIGINT,
    CONSTRAINT pk_webhook_subscriptions PRIMARY KEY (shop_id, id)
);
CREATE INDEX ix_webhook_subscriptions_by_created_at ON webhook_subscriptions (shop_id, created_at, id);
CREATE INDEX ix_webhook_subscriptions_by_updated_at ON webhook_subscriptions (shop_id, updated_at, id);
CREATE INDEX ix_webhook_subscriptions_by_topic ON webhook_subscriptions (shop_id, topic);
CREATE TABLE line_items (
    shop_id BIGINT NOT NULL,
    checkout_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    uuid TEXT,
    quantity INTEGER NOT NULL,
    title TEXT,
    variant_title TEXT,
    sku TEXT,
    vendor TEXT,
    product_id BIGINT,
    variant_id BIGINT,
    currency TEXT NOT NULL,
    presentment_currency TEXT NOT NULL,
    original_unit_price BIGINT NOT NULL,
    presentment_original_unit_price BIGINT NOT NULL,
    original_total_price BIGINT NOT NULL,
    presentment_original_total_price BIGINT NOT NULL,
    discounted_unit_price BIGINT NOT NULL,
    presentment_discounted_unit_price BIGINT NOT NULL,
    discounted_total_price BIGINT NOT NULL,
    presentment_discounted_total_price BIGINT NOT NULL,
    discounted_unit_price_with_code BIGINT NOT NULL,
    presentment_discounted_unit_price_with_code BIGINT NOT NULL,
    discounted_total_price_with_code BIGINT NOT NULL,
    presentment_discounted_total_price_with_code BIGINT NOT NULL,
    image TEXT,
    custom_attributes TEXT DEFAULT '[]' NOT NULL,
    components TEXT,
    discount_allocations TEXT DEFAULT '[]' NOT NULL,
    tax_lines TEXT DEFAULT '[]' NOT NULL,
    parent_position BIGINT,
    extra TEXT,
    CONSTRAINT pk_line_items PRIMARY KEY (shop_id, checkout_id, position),
    CONSTRAINT fk_line_items_abandoned_checkouts FOREIGN KEY(shop_id, checkout_id) REFERENCES abandoned_checkouts (shop_id, id) ON DELETE CASCADE
)
 WITHOUT ROWID;
CREATE TABLE abandonments (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    checkout_id BIGINT,
    customer_id BIGINT NOT NULL,
    abandonment_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    cart_token TEXT,
    email_state TEXT DEFAULT 'not_sent' NOT NULL,
    email_sent_at BIGINT,
    app_id BIGINT,
    visit TEXT DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_abandonments PRIMARY KEY (shop_id, id),
    CONSTRAINT fk_abandonments_abandoned_checkouts FOREIGN KEY(shop_id, checkout_id) REFERENCES abandoned_checkouts (shop_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_abandonments_by_customer ON abandonments (shop_id, customer_id, created_at);
CREATE INDEX ix_abandonments_by_checkout ON abandonments (shop_id, checkout_id);
CREATE TABLE tokens (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT DEFAULT '[]' NOT NULL,
    kind TEXT DEFAULT 'offline' NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    refresh_hash TEXT,
    refresh_expires_at BIGINT,
    CONSTRAINT pk_tokens PRIMARY KEY (shop_id, id),
    CONSTRAINT fk_tokens_apps FOREIGN KEY(shop_id, app_id) REFERENCES apps (shop_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_tokens_token_hash ON tokens (token_hash);
CREATE INDEX ix_tokens_refresh_hash ON tokens (refresh_hash);
CREATE VIRTUAL TABLE checkout_text USING fts5(tokens, detail = 'full', tokenize = "ascii tokenchars '_'", columnsize = 1);
INSERT INTO checkout_text (checkout_text, rank) VALUES ('hashsize', 8388608);
CREATE TABLE numbering (table_name TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version (version_num) VALUES ('0002');
INSERT INTO abandoned_checkouts ("shop_id", "id", "document_id", "uuid", "platform", "name", "token", "cart_token", "recovery_key", "abandoned_checkout_url", "created_at", "updated_at", "completed_at", "closed_at", "abandoned_at", "recovered_at", "source_updated_at", "lapsed_at", "status", "recovery_state", "email_state", "email_sent_at", "customer_id", "checkout_uuid", "cart_uuid", "contact_id", "visitor_id", "member_id", "user_id", "contact_first_name", "contact_last_name", "contact_text", "customer_name", "email", "phone", "locale", "buyer_accepts_marketing", "currency", "presentment_currency", "taxes_included", "total_line_items_price", "presentment_total_line_items_price", "total_discount", "presentment_total_discount", "subtotal_price", "presentment_subtotal_price", "total_shipping", "presentment_total_shipping", "total_tax", "presentment_total_tax", "total_duties", "presentment_total_duties", "total_tip", "presentment_total_tip", "total_price", "presentment_total_price", "line_items_quantity", "note", "billing_address", "shipping_address", "custom_attributes", "discount_codes", "discount_applications", "tax_lines", "shipping_lines", "extra", "version") VALUES (1, 1000001, 1000001, 'ae4ff2a3-8180-5749-afab-d48bfd813423', 'shopify', '#1000001', 't1', 'cart-t1', 'e5039708b26646eee1c86a08f106e4e9', NULL, 1790000000000000, 1790000000000000, NULL, NULL, 1790000600000000, NULL, 1790000000000000, NULL, 'open', 'not_recovered', 'not_sent', NULL, 501, NULL, NULL, '49f4e948-7172-59d9-b398-406c48ac6991', 'e05f2382-3056-5562-ad76-4d977c3bd2d9', NULL, NULL, 'Ada', 'Lovelace', 'eada@example.comfadallovelacew e:ada e:example e:com f:ada l:lovelace ', 'lovelace, ada', 'ada@example.com', NULL, NULL, 0, 'USD', 'USD', 0, 390000, 390000, 0, 0, 390000, 390000, 0, 0, NULL, NULL, NULL, NULL, 0, 0, 390000, 390000, 2, 'Zoë''s present; don''t ring', NULL, NULL, '[]', '[]', '[]', '[]', '[]', NULL, 1);
INSERT INTO abandoned_checkouts ("shop_id", "id", "document_id", "uuid", "platform", "name", "token", "cart_token", "recovery_key", "abandoned_checkout_url", "created_at", "updated_at", "completed_at", "closed_at", "abandoned_at", "recovered_at", "source_updated_at", "lapsed_at", "status", "recovery_state", "email_state", "email_sent_at", "customer_id", "checkout_uuid", "cart_uuid", "contact_id", "visitor_id", "member_id", "user_id", "contact_first_name", "contact_last_name", "contact_text", "customer_name", "email", "phone", "locale", "buyer_accepts_marketing", "currency", "presentment_currency", "taxes_included", "total_line_items_price", "presentment_total_line_items_price", "total_discount", "presentment_total_discount", "subtotal_price", "presentment_subtotal_price", "total_shipping", "presentment_total_shipping", "total_tax", "presentment_total_tax", "total_duties", "presentment_total_duties", "total_tip", "presentment_total_tip", "total_price", "presentment_total_price", "line_items_quantity", "note", "billing_address", "shipping_address", "custom_attributes", "discount_codes", "discount_applications", "tax_lines", "shipping_lines", "extra", "version") VALUES (1, 1000002, 1000002, '75273e7d-7815-5c98-b260-7a5910bdce61', 'shopify', '#1000002', 't2', 'cart-t2', 'a5b170b8a71971cc817d33a421502c01', NULL, 1790000000000000, 1790000000000000, NULL, NULL, 1790000600000000, NULL, 1790000000000000, NULL, 'open', 'not_recovered', 'not_sent', NULL, 501, NULL, NULL, '49f4e948-7172-59d9-b398-406c48ac6991', '3b9c2b89-d2e3-5c05-aa87-da422ae8a9d0', NULL, NULL, 'Ada', 'Lovelace', 'eada@example.comfadallovelacew e:ada e:example e:com f:ada l:lovelace ', 'lovelace, ada', 'ada@example.com', NULL, NULL, 0, 'USD', 'USD', 0, 390000, 390000, 0, 0, 390000, 390000, 0, 0, NULL, NULL, NULL, NULL, 0, 0, 390000, 390000, 2, 'Zoë''s present; don''t ring', NULL, NULL, '[]', '[]', '[]', '[]', '[]', NULL, 1);
INSERT INTO apps ("shop_id", "id", "title", "handle", "client_id", "client_secret", "scopes", "settings", "created_at") VALUES (1, 990745856926, 'Custom app', 'custom-app', '7ebd4a35de6fd9824162bcd63cb4c7fc', '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', '["read_orders"]', '{}', 1790000000000000);
INSERT INTO customers ("shop_id", "id", "uuid", "created_at", "updated_at", "first_name", "last_name", "email", "phone", "note", "state", "locale", "currency", "tags", "tax_exempt", "verified_email", "data_sale_opt_out", "multipass_identifier", "product_subscriber_status", "number_of_orders", "amount_spent", "last_order_id", "email_marketing_state", "email_marketing_opt_in_level", "email_marketing_updated_at", "sms_marketing_state", "sms_marketing_opt_in_level", "sms_marketing_updated_at", "sms_marketing_collected_from", "addresses", "erasure_requested_at", "extra") VALUES (1, 501, '49f4e948-7172-59d9-b398-406c48ac6991', 1790000000000000, 1790000000000000, 'Ada', 'Lovelace', 'ada@example.com', NULL, NULL, 'disabled', 'en', NULL, '[]', 0, 1, 0, NULL, 'NEVER_SUBSCRIBED', 0, 0, NULL, 'NOT_SUBSCRIBED', NULL, NULL, 'NOT_SUBSCRIBED', NULL, NULL, NULL, '[]', NULL, NULL);
INSERT INTO deliveries ("shop_id", "id", "event_id", "dialect", "subscription_id", "subject", "topic", "webhook_id", "address", "headers", "body", "body_hash", "state", "attempts", "due_at", "claim", "created_at", "first_attempt_at", "finished_at", "status", "problem") VALUES (1, 1, 1, 'own', 1, 'subject', 'checkout_created', 'webhook_id', 'address', 'headers', 'body', 'body_hash', 'waiting', 0, 1790000000000000, NULL, 1790000000000000, NULL, NULL, NULL, NULL);
INSERT INTO erasure_requests ("shop_id", "id", "customer_id", "email", "checkout_id", "requested_at") VALUES (1, 1, 9001, NULL, NULL, 1790000000000000);
INSERT INTO events ("shop_id", "id", "kind", "subject", "checkout_id", "action_id", "event_id", "sequence", "occurred_at", "document", "dispatched_at") VALUES (1, 1, 'checkout_created', 'checkout/1000001', 1000001, '4d2d57c7-3032-4f0d-8c48-eea3b978e1b8', '56c992c7-2960-4258-8da1-60e7a57317de', 1, 1790000000000000, '{"platform":"shopify","created_at":1790000000000000,"updated_at":1790000000000000,"currency":"USD","id":1000001,"uuid":null,"name":null,"token":"t1","cart_token":"cart-t1","recovery_key":null,"abandoned_checkout_url":null,"completed_at":null,"closed_at":null,"abandoned_at":null,"recovered_at":null,"source_updated_at":1790000000000000,"lapsed_at":null,"email_state":null,"email_sent_at":null,"customer_id":501,"customer":{"id":501,"created_at":1790000000000000,"updated_at":1790000000000000,"uuid":null,"first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":null,"note":null,"state":"disabled","locale":"en","currency":null,"tags":[],"tax_exempt":false,"verified_email":true,"data_sale_opt_out":false,"multipass_identifier":null,"product_subscriber_status":"NEVER_SUBSCRIBED","number_of_orders":0,"amount_spent":0,"last_order_id":null,"email_marketing_state":"NOT_SUBSCRIBED","email_marketing_opt_in_level":null,"email_marketing_updated_at":null,"sms_marketing_state":"NOT_SUBSCRIBED","sms_marketing_opt_in_level":null,"sms_marketing_updated_at":null,"sms_marketing_collected_from":null,"addresses":[],"extra":null},"checkout_uuid":null,"cart_uuid":null,"contact_id":null,"visitor_id":null,"member_id":null,"user_id":null,"email":"ada@example.com","phone":null,"locale":null,"buyer_accepts_marketing":false,"presentment_currency":"USD","taxes_included":false,"total_line_items_price":390000,"presentment_total_line_items_price":390000,"total_discount":0,"presentment_total_discount":0,"subtotal_price":390000,"presentment_subtotal_price":390000,"total_shipping":0,"presentment_total_shipping":0,"total_tax":null,"presentment_total_tax":null,"total_duties":null,"presentment_total_duties":null,"total_tip":0,"presentment_total_tip":0,"total_price":390000,"presentment_total_price":390000,"note":"Zoë''s present; don''t ring","billing_address":null,"shipping_address":null,"custom_attributes":[],"discount_codes":[],"discount_applications":[],"tax_lines":[],"shipping_lines":[],"line_items":[{"key":"k1?checkout=t1&index=0","quantity":2,"uuid":null,"title":"Blue teapot","variant_title":null,"sku":"POT-1","vendor":null,"product_id":null,"variant_id":null,"original_unit_price":195000,"presentment_original_unit_price":195000,"original_total_price":390000,"presentment_original_total_price":390000,"discounted_unit_price":195000,"presentment_discounted_unit_price":195000,"discounted_total_price":390000,"presentment_discounted_total_price":390000,"discounted_unit_price_with_code":195000,"presentment_discounted_unit_price_with_code":195000,"discounted_total_price_with_code":390000,"presentment_discounted_total_price_with_code":390000,"image":null,"custom_attributes":[],"components":null,"discount_allocations":[],"tax_lines":[],"parent_position":null,"extra":null}],"extra":null,"visit":{},"activities":[],"present_fields":null}', NULL);
INSERT INTO events ("shop_id", "id", "kind", "subject", "checkout_id", "action_id", "event_id", "sequence", "occurred_at", "document", "dispatched_at") VALUES (1, 2, 'checkout_created', 'checkout/1000002', 1000002, '1acfa3a4-1886-4122-bf47-e56fa9b473dd', 'a2698df6-345d-4e81-aadf-8c6e12fc0332', 1, 1790000000000000, '{"platform":"shopify","created_at":1790000000000000,"updated_at":1790000000000000,"currency":"USD","id":1000002,"uuid":null,"name":null,"token":"t2","cart_token":"cart-t2","recovery_key":null,"abandoned_checkout_url":null,"completed_at":null,"closed_at":null,"abandoned_at":null,"recovered_at":null,"source_updated_at":1790000000000000,"lapsed_at":null,"email_state":null,"email_sent_at":null,"customer_id":501,"customer":{"id":501,"created_at":1790000000000000,"updated_at":1790000000000000,"uuid":null,"first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":null,"note":null,"state":"disabled","locale":"en","currency":null,"tags":[],"tax_exempt":false,"verified_email":true,"data_sale_opt_out":false,"multipass_identifier":null,"product_subscriber_status":"NEVER_SUBSCRIBED","number_of_orders":0,"amount_spent":0,"last_order_id":null,"email_marketing_state":"NOT_SUBSCRIBED","email_marketing_opt_in_level":null,"email_marketing_updated_at":null,"sms_marketing_state":"NOT_SUBSCRIBED","sms_marketing_opt_in_level":null,"sms_marketing_updated_at":null,"sms_marketing_collected_from":null,"addresses":[],"extra":null},"checkout_uuid":null,"cart_uuid":null,"contact_id":null,"visitor_id":null,"member_id":null,"user_id":null,"email":"ada@example.com","phone":null,"locale":null,"buyer_accepts_marketing":false,"presentment_currency":"USD","taxes_included":false,"total_line_items_price":390000,"presentment_total_line_items_price":390000,"total_discount":0,"presentment_total_discount":0,"subtotal_price":390000,"presentment_subtotal_price":390000,"total_shipping":0,"presentment_total_shipping":0,"total_tax":null,"presentment_total_tax":null,"total_duties":null,"presentment_total_duties":null,"total_tip":0,"presentment_total_tip":0,"total_price":390000,"presentment_total_price":390000,"note":"Zoë''s present; don''t ring","billing_address":null,"shipping_address":null,"custom_attributes":[],"discount_codes":[],"discount_applications":[],"tax_lines":[],"shipping_lines":[],"line_items":[{"key":"k1?checkout=t2&index=0","quantity":2,"uuid":null,"title":"Blue teapot","variant_title":null,"sku":"POT-1","vendor":null,"product_id":null,"variant_id":null,"original_unit_price":195000,"presentment_original_unit_price":195000,"original_total_price":390000,"presentment_original_total_price":390000,"discounted_unit_price":195000,"presentment_discounted_unit_price":195000,"discounted_total_price":390000,"presentment_discounted_total_price":390000,"discounted_unit_price_with_code":195000,"presentment_discounted_unit_price_with_code":195000,"discounted_total_price_with_code":390000,"presentment_discounted_total_price_with_code":390000,"image":null,"custom_attributes":[],"components":null,"discount_allocations":[],"tax_lines":[],"parent_position":null,"extra":null}],"extra":null,"visit":{},"activities":[],"present_fields":null}', NULL);
INSERT INTO events ("shop_id", "id", "kind", "subject", "checkout_id", "action_id", "event_id", "sequence", "occurred_at", "document", "dispatched_at") VALUES (1, 3, 'checkout_abandoned', 'checkout/1000001', 1000001, '41eb64f1-91b9-484d-8b4d-02adf53d3fcf', '5a7f8b96-1e3c-4418-beba-ab0296c1f316', 1, 1790003600000000, '{"platform":"shopify","created_at":1790000000000000,"updated_at":1790000000000000,"currency":"USD","id":1000001,"uuid":"ae4ff2a3-8180-5749-afab-d48bfd813423","name":"#1000001","token":"t1","cart_token":"cart-t1","recovery_key":"e5039708b26646eee1c86a08f106e4e9","abandoned_checkout_url":null,"completed_at":null,"closed_at":null,"abandoned_at":1790000600000000,"recovered_at":null,"source_updated_at":1790000000000000,"lapsed_at":null,"email_state":"not_sent","email_sent_at":null,"customer_id":501,"customer":{"id":501,"created_at":1790000000000000,"updated_at":1790000000000000,"uuid":"49f4e948-7172-59d9-b398-406c48ac6991","first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":null,"note":null,"state":"disabled","locale":"en","currency":null,"tags":[],"tax_exempt":false,"verified_email":true,"data_sale_opt_out":false,"multipass_identifier":null,"product_subscriber_status":"NEVER_SUBSCRIBED","number_of_orders":0,"amount_spent":0,"last_order_id":null,"email_marketing_state":"NOT_SUBSCRIBED","email_marketing_opt_in_level":null,"email_marketing_updated_at":null,"sms_marketing_state":"NOT_SUBSCRIBED","sms_marketing_opt_in_level":null,"sms_marketing_updated_at":null,"sms_marketing_collected_from":null,"addresses":[],"extra":null},"checkout_uuid":null,"cart_uuid":null,"contact_id":"49f4e948-7172-59d9-b398-406c48ac6991","visitor_id":"e05f2382-3056-5562-ad76-4d977c3bd2d9","member_id":null,"user_id":null,"email":"ada@example.com","phone":null,"locale":null,"buyer_accepts_marketing":false,"presentment_currency":"USD","taxes_included":false,"total_line_items_price":390000,"presentment_total_line_items_price":390000,"total_discount":0,"presentment_total_discount":0,"subtotal_price":390000,"presentment_subtotal_price":390000,"total_shipping":0,"presentment_total_shipping":0,"total_tax":null,"presentment_total_tax":null,"total_duties":null,"presentment_total_duties":null,"total_tip":0,"presentment_total_tip":0,"total_price":390000,"presentment_total_price":390000,"note":"Zoë''s present; don''t ring","billing_address":null,"shipping_address":null,"custom_attributes":[],"discount_codes":[],"discount_applications":[],"tax_lines":[],"shipping_lines":[],"line_items":[{"key":"k1?checkout=t1&index=0","quantity":2,"uuid":null,"title":"Blue teapot","variant_title":null,"sku":"POT-1","vendor":null,"product_id":null,"variant_id":null,"original_unit_price":195000,"presentment_original_unit_price":195000,"original_total_price":390000,"presentment_original_total_price":390000,"discounted_unit_price":195000,"presentment_discounted_unit_price":195000,"discounted_total_price":390000,"presentment_discounted_total_price":390000,"discounted_unit_price_with_code":195000,"presentment_discounted_unit_price_with_code":195000,"discounted_total_price_with_code":390000,"presentment_discounted_total_price_with_code":390000,"image":null,"custom_attributes":[],"components":null,"discount_allocations":[],"tax_lines":[],"parent_position":null,"extra":null}],"extra":null,"visit":{},"activities":[],"present_fields":null}', NULL);
INSERT INTO events ("shop_id", "id", "kind", "subject", "checkout_id", "action_id", "event_id", "sequence", "occurred_at", "document", "dispatched_at") VALUES (1, 4, 'checkout_abandoned', 'checkout/1000002', 1000002, '41eb64f1-91b9-484d-8b4d-02adf53d3fcf', '2a3aa096-1a8e-4e61-bfd7-4806b9b6b403', 1, 1790003600000000, '{"platform":"shopify","created_at":1790000000000000,"updated_at":1790000000000000,"currency":"USD","id":1000002,"uuid":"75273e7d-7815-5c98-b260-7a5910bdce61","name":"#1000002","token":"t2","cart_token":"cart-t2","recovery_key":"a5b170b8a71971cc817d33a421502c01","abandoned_checkout_url":null,"completed_at":null,"closed_at":null,"abandoned_at":1790000600000000,"recovered_at":null,"source_updated_at":1790000000000000,"lapsed_at":null,"email_state":"not_sent","email_sent_at":null,"customer_id":501,"customer":{"id":501,"created_at":1790000000000000,"updated_at":1790000000000000,"uuid":"49f4e948-7172-59d9-b398-406c48ac6991","first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":null,"note":null,"state":"disabled","locale":"en","currency":null,"tags":[],"tax_exempt":false,"verified_email":true,"data_sale_opt_out":false,"multipass_identifier":null,"product_subscriber_status":"NEVER_SUBSCRIBED","number_of_orders":0,"amount_spent":0,"last_order_id":null,"email_marketing_state":"NOT_SUBSCRIBED","email_marketing_opt_in_level":null,"email_marketing_updated_at":null,"sms_marketing_state":"NOT_SUBSCRIBED","sms_marketing_opt_in_level":null,"sms_marketing_updated_at":null,"sms_marketing_collected_from":null,"addresses":[],"extra":null},"checkout_uuid":null,"cart_uuid":null,"contact_id":"49f4e948-7172-59d9-b398-406c48ac6991","visitor_id":"3b9c2b89-d2e3-5c05-aa87-da422ae8a9d0","member_id":null,"user_id":null,"email":"ada@example.com","phone":null,"locale":null,"buyer_accepts_marketing":false,"presentment_currency":"USD","taxes_included":false,"total_line_items_price":390000,"presentment_total_line_items_price":390000,"total_discount":0,"presentment_total_discount":0,"subtotal_price":390000,"presentment_subtotal_price":390000,"total_shipping":0,"presentment_total_shipping":0,"total_tax":null,"presentment_total_tax":null,"total_duties":null,"presentment_total_duties":null,"total_tip":0,"presentment_total_tip":0,"total_price":390000,"presentment_total_price":390000,"note":"Zoë''s present; don''t ring","billing_address":null,"shipping_address":null,"custom_attributes":[],"discount_codes":[],"discount_applications":[],"tax_lines":[],"shipping_lines":[],"line_items":[{"key":"k1?checkout=t2&index=0","quantity":2,"uuid":null,"title":"Blue teapot","variant_title":null,"sku":"POT-1","vendor":null,"product_id":null,"variant_id":null,"original_unit_price":195000,"presentment_original_unit_price":195000,"original_total_price":390000,"presentment_original_total_price":390000,"discounted_unit_price":195000,"presentment_discounted_unit_price":195000,"discounted_total_price":390000,"presentment_discounted_total_price":390000,"discounted_unit_price_with_code":195000,"presentment_discounted_unit_price_with_code":195000,"discounted_total_price_with_code":390000,"presentment_discounted_total_price_with_code":390000,"image":null,"custom_attributes":[],"components":null,"discount_allocations":[],"tax_lines":[],"parent_position":null,"extra":null}],"extra":null,"visit":{},"activities":[],"present_fields":null}', NULL);
INSERT INTO events ("shop_id", "id", "kind", "subject", "checkout_id", "action_id", "event_id", "sequence", "occurred_at", "document", "dispatched_at") VALUES (1, 5, 'checkout_created', 'checkout/1000003', 1000003, 'd09f5628-0f3b-4dd7-9e99-af8ed861ebe5', '3532390a-0ec4-45a3-9d32-db6660de7e56', 1, 1790003600000000, '{"platform":"shopify","created_at":1790000000000000,"updated_at":1790000000000000,"currency":"USD","id":1000003,"uuid":null,"name":null,"token":"t3","cart_token":"cart-t3","recovery_key":null,"abandoned_checkout_url":null,"completed_at":null,"closed_at":null,"abandoned_at":null,"recovered_at":null,"source_updated_at":1790000000000000,"lapsed_at":null,"email_state":null,"email_sent_at":null,"customer_id":501,"customer":{"id":501,"created_at":1790000000000000,"updated_at":1790000000000000,"uuid":null,"first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":null,"note":null,"state":"disabled","locale":"en","currency":null,"tags":[],"tax_exempt":false,"verified_email":true,"data_sale_opt_out":false,"multipass_identifier":null,"product_subscriber_status":"NEVER_SUBSCRIBED","number_of_orders":0,"amount_spent":0,"last_order_id":null,"email_marketing_state":"NOT_SUBSCRIBED","email_marketing_opt_in_level":null,"email_marketing_updated_at":null,"sms_marketing_state":"NOT_SUBSCRIBED","sms_marketing_opt_in_level":null,"sms_marketing_updated_at":null,"sms_marketing_collected_from":null,"addresses":[],"extra":null},"checkout_uuid":null,"cart_uuid":null,"contact_id":null,"visitor_id":null,"member_id":null,"user_id":null,"email":"ada@example.com","phone":null,"locale":null,"buyer_accepts_marketing":false,"presentment_currency":"USD","taxes_included":false,"total_line_items_price":390000,"presentment_total_line_items_price":390000,"total_discount":0,"presentment_total_discount":0,"subtotal_price":390000,"presentment_subtotal_price":390000,"total_shipping":0,"presentment_total_shipping":0,"total_tax":null,"presentment_total_tax":null,"total_duties":null,"presentment_total_duties":null,"total_tip":0,"presentment_total_tip":0,"total_price":390000,"presentment_total_price":390000,"note":"","billing_address":null,"shipping_address":null,"custom_attributes":[],"discount_codes":[],"discount_applications":[],"tax_lines":[],"shipping_lines":[],"line_items":[{"key":"k1?checkout=t3&index=0","quantity":2,"uuid":null,"title":"Teapot","variant_title":null,"sku":"POT-1","vendor":null,"product_id":7,"variant_id":null,"original_unit_price":195000,"presentment_original_unit_price":195000,"original_total_price":390000,"presentment_original_total_price":390000,"discounted_unit_price":195000,"presentment_discounted_unit_price":195000,"discounted_total_price":390000,"presentment_discounted_total_price":390000,"discounted_unit_price_with_code":195000,"presentment_discounted_unit_price_with_code":195000,"discounted_total_price_with_code":390000,"presentment_discounted_total_price_with_code":390000,"image":null,"custom_attributes":[],"components":null,"discount_allocations":[],"tax_lines":[],"parent_position":null,"extra":null}],"extra":null,"visit":{},"activities":[],"present_fields":null}', NULL);
INSERT INTO flow_steps ("shop_id", "id", "flow_id", "checkout_id", "position", "action", "state", "due_at", "claim", "attempts", "message_id", "created_at", "finished_at", "reason", "unlogged") VALUES (1, 1, 1, 1000001, 0, 'send_email', 'waiting', 1790000000000000, NULL, 0, '0aee38b9-15ff-4232-b33e-c5f318389116', 1790000000000000, NULL, NULL, NULL);
INSERT INTO open_checkouts ("shop_id", "token", "id", "cart_token", "state", "document", "version", "created_at", "updated_at", "contact_at", "due_at", "seen_at") VALUES (1, 't3', 1000003, 'cart-t3', 'open', '{"platform":"shopify","created_at":1790000000000000,"updated_at":1790000000000000,"currency":"USD","id":1000003,"uuid":null,"name":null,"token":"t3","cart_token":"cart-t3","recovery_key":null,"abandoned_checkout_url":null,"completed_at":null,"closed_at":null,"abandoned_at":null,"recovered_at":null,"source_updated_at":1790000000000000,"lapsed_at":null,"email_state":null,"email_sent_at":null,"customer_id":501,"customer":{"id":501,"created_at":1790000000000000,"updated_at":1790000000000000,"uuid":null,"first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":null,"note":null,"state":"disabled","locale":"en","currency":null,"tags":[],"tax_exempt":false,"verified_email":true,"data_sale_opt_out":false,"multipass_identifier":null,"product_subscriber_status":"NEVER_SUBSCRIBED","number_of_orders":0,"amount_spent":0,"last_order_id":null,"email_marketing_state":"NOT_SUBSCRIBED","email_marketing_opt_in_level":null,"email_marketing_updated_at":null,"sms_marketing_state":"NOT_SUBSCRIBED","sms_marketing_opt_in_level":null,"sms_marketing_updated_at":null,"sms_marketing_collected_from":null,"addresses":[],"extra":null},"checkout_uuid":null,"cart_uuid":null,"contact_id":null,"visitor_id":null,"member_id":null,"user_id":null,"email":"ada@example.com","phone":null,"locale":null,"buyer_accepts_marketing":false,"presentment_currency":"USD","taxes_included":false,"total_line_items_price":390000,"presentment_total_line_items_price":390000,"total_discount":0,"presentment_total_discount":0,"subtotal_price":390000,"presentment_subtotal_price":390000,"total_shipping":0,"presentment_total_shipping":0,"total_tax":null,"presentment_total_tax":null,"total_duties":null,"presentment_total_duties":null,"total_tip":0,"presentment_total_tip":0,"total_price":390000,"presentment_total_price":390000,"note":"","billing_address":null,"shipping_address":null,"custom_attributes":[],"discount_codes":[],"discount_applications":[],"tax_lines":[],"shipping_lines":[],"line_items":[{"key":"k1?checkout=t3&index=0","quantity":2,"uuid":null,"title":"Teapot","variant_title":null,"sku":"POT-1","vendor":null,"product_id":7,"variant_id":null,"original_unit_price":195000,"presentment_original_unit_price":195000,"original_total_price":390000,"presentment_original_total_price":390000,"discounted_unit_price":195000,"presentment_discounted_unit_price":195000,"discounted_total_price":390000,"presentment_discounted_total_price":390000,"discounted_unit_price_with_code":195000,"presentment_discounted_unit_price_with_code":195000,"discounted_total_price_with_code":390000,"presentment_discounted_total_price_with_code":390000,"image":null,"custom_attributes":[],"components":null,"discount_allocations":[],"tax_lines":[],"parent_position":null,"extra":null}],"extra":null,"visit":{},"activities":[],"present_fields":null}', 1, 1790000000000000, 1790000000000000, 1790000000000000, 1790000600000000, 1790003600000000);
INSERT INTO shops ("id", "uuid", "domain", "name", "email", "owner_name", "currency", "timezone", "platform", "taxes_included", "secret", "is_demo", "presentment_currencies", "address", "abandoned_after_minutes", "last_checkout_id", "created_at", "updated_at", "settings") VALUES (1, '00000000000000000000000000000001', 'acme.myshopify.com', 'Acme', 'owner@acme.myshopify.com', 'Acme', 'USD', 'UTC', 'shopify', 0, 'secret', 0, '[]', NULL, 10, 1000003, 1790000000000000, 1790000000000000, '{}');
INSERT INTO abandonments ("shop_id", "id", "checkout_id", "customer_id", "abandonment_type", "created_at", "cart_token", "email_state", "email_sent_at", "app_id", "visit") VALUES (1, 1000001, 1000001, 501, 'CHECKOUT', 1790000600000000, 'cart-t1', 'not_sent', NULL, NULL, '{}');
INSERT INTO abandonments ("shop_id", "id", "checkout_id", "customer_id", "abandonment_type", "created_at", "cart_token", "email_state", "email_sent_at", "app_id", "visit") VALUES (1, 1000002, 1000002, 501, 'CHECKOUT', 1790000600000000, 'cart-t2', 'not_sent', NULL, NULL, '{}');
INSERT INTO line_items ("shop_id", "checkout_id", "position", "key", "uuid", "quantity", "title", "variant_title", "sku", "vendor", "product_id", "variant_id", "currency", "presentment_currency", "original_unit_price", "presentment_original_unit_price", "original_total_price", "presentment_original_total_price", "discounted_unit_price", "presentment_discounted_unit_price", "discounted_total_price", "presentment_discounted_total_price", "discounted_unit_price_with_code", "presentment_discounted_unit_price_with_code", "discounted_total_price_with_code", "presentment_discounted_total_price_with_code", "image", "custom_attributes", "components", "discount_allocations", "tax_lines", "parent_position", "extra") VALUES (1, 1000001, 0, 'k1?checkout=t1&index=0', NULL, 2, 'Blue teapot', NULL, 'POT-1', NULL, NULL, NULL, 'USD', 'USD', 195000, 195000, 390000, 390000, 195000, 195000, 390000, 390000, 195000, 195000, 390000, 390000, NULL, '[]', NULL, '[]', '[]', NULL, NULL);
INSERT INTO line_items ("shop_id", "checkout_id", "position", "key", "uuid", "quantity", "title", "variant_title", "sku", "vendor", "product_id", "variant_id", "currency", "presentment_currency", "original_unit_price", "presentment_original_unit_price", "original_total_price", "presentment_original_total_price", "discounted_unit_price", "presentment_discounted_unit_price", "discounted_total_price", "presentment_discounted_total_price", "discounted_unit_price_with_code", "presentment_discounted_unit_price_with_code", "discounted_total_price_with_code", "presentment_discounted_total_price_with_code", "image", "custom_attributes", "components", "discount_allocations", "tax_lines", "parent_position", "extra") VALUES (1, 1000002, 0, 'k1?checkout=t2&index=0', NULL, 2, 'Blue teapot', NULL, 'POT-1', NULL, NULL, NULL, 'USD', 'USD', 195000, 195000, 390000, 390000, 195000, 195000, 390000, 390000, 195000, 195000, 390000, 390000, NULL, '[]', NULL, '[]', '[]', NULL, NULL);
INSERT INTO tokens ("shop_id", "id", "app_id", "token_hash", "hint", "scopes", "kind", "created_at", "expires_at", "revoked_at", "refresh_hash", "refresh_expires_at") VALUES (1, 516129962432, 990745856926, 'bee81d17de41e334dd570b27d92e6eae226c6b7553b5fb87882b085e20b8066e', 'shpat_…tore', '["read_orders"]', 'offline', 1790000000000000, NULL, NULL, NULL, NULL);
INSERT INTO checkout_text ("rowid", "tokens") VALUES (1000001, '__shop1 _ 1000001 _ 1000001 _ ada example com _ ada lovelace _ blue teapot _ pot 1 __has_name __name__2331303030303031 __name__31303030303031 __has_email __email__616461406578616d706c652e636f6d __has_customer_name _ __customer_name_ada __customer_name_lovelace __has_product_title _ __product_title_blue __product_title_teapot __has_sku __sku__706f742d31 __has_currency __currency__757364 __has_note _ __note_zoe __note_s __note_present __note_don __note_t __note_ring');
INSERT INTO checkout_text ("rowid", "tokens") VALUES (1000002, '__shop1 _ 1000002 _ 1000002 _ ada example com _ ada lovelace _ blue teapot _ pot 1 __has_name __name__2331303030303032 __name__31303030303032 __has_email __email__616461406578616d706c652e636f6d __has_customer_name _ __customer_name_ada __customer_name_lovelace __has_product_title _ __product_title_blue __product_title_teapot __has_sku __sku__706f742d31 __has_currency __currency__757364 __has_note _ __note_zoe __note_s __note_present __note_don __note_t __note_ring');
INSERT INTO numbering ("table_name", "last") VALUES ('deliveries', 1);
INSERT INTO numbering ("table_name", "last") VALUES ('erasure_requests', 1);
INSERT INTO numbering ("table_name", "last") VALUES ('events', 5);
INSERT INTO numbering ("table_name", "last") VALUES ('flow_steps', 1);
