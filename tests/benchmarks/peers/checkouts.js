// The responses of both servers: two statements, and all objects of a page made at once, so no field has a resolver.
const Database = require("better-sqlite3");

const database = new Database(process.env.BENCH_STORE, { readonly: true });
database.pragma("cache_size = -65536");
database.pragma("mmap_size = 268435456");

const PARENTS = `SELECT c.id, c.name, c.created_at, c.updated_at, c.completed_at, c.note, c.taxes_included,
  c.customer_id, p.first_name, p.last_name, c.currency, c.presentment_currency, c.total_price,
  c.presentment_total_price, c.subtotal_price, c.presentment_subtotal_price, c.total_tax, c.presentment_total_tax
  FROM abandoned_checkouts c LEFT JOIN customers p ON p.shop_id = c.shop_id AND p.id = c.customer_id`;
const CHILDREN = `SELECT l.checkout_id, l.key, l.title, l.quantity, l.sku, l.variant_title, v.id, v.title, l.currency,
  l.presentment_currency, l.original_unit_price, l.presentment_original_unit_price, l.original_total_price,
  l.presentment_original_total_price
  FROM line_items l LEFT JOIN product_variants v ON v.shop_id = l.shop_id AND v.id = l.variant_id`;
const LINES = 10;

const prepared = new Map();

function all(sql, ...values) {
  let statement = prepared.get(sql);
  if (!statement) prepared.set(sql, (statement = database.prepare(sql).raw(true)));
  return statement.all(...values);
}

function amount(tenThousandths) {
  const value = tenThousandths / 10000;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function money(shop, presentment, currency, presentmentCurrency) {
  return {
    shopMoney: { amount: amount(shop), currencyCode: currency },
    presentmentMoney: { amount: amount(presentment), currencyCode: presentmentCurrency },
  };
}

function moment(microseconds) {
  return microseconds === null ? null : `${new Date(microseconds / 1000).toISOString().slice(0, 19)}Z`;
}

function linesOf(parents) {
  const marks = parents.map(() => "?").join(",");
  const where = `WHERE l.shop_id = 1 AND l.checkout_id IN (${marks}) ORDER BY l.checkout_id, l.position`;
  const lines = new Map();
  for (const row of all(`${CHILDREN} ${where}`, ...parents.map((parent) => parent[0]))) {
    let own = lines.get(row[0]);
    if (!own) lines.set(row[0], (own = []));
    if (own.length === LINES) continue;
    own.push({
      id: `gid://shopify/AbandonedCheckoutLineItem/${row[1]}`,
      title: row[2],
      quantity: row[3],
      sku: row[4],
      variantTitle: row[5],
      variant: row[6] === null ? null : { id: `gid://shopify/ProductVariant/${row[6]}`, title: row[7] },
      originalUnitPriceSet: money(row[10], row[11], row[8], row[9]),
      originalTotalPriceSet: money(row[12], row[13], row[8], row[9]),
    });
  }
  return lines;
}

function checkouts(parents) {
  if (parents.length === 0) return [];
  const lines = linesOf(parents);
  return parents.map((row) => ({
    __typename: "AbandonedCheckout",
    id: `gid://shopify/AbandonedCheckout/${row[0]}`,
    name: row[1],
    createdAt: moment(row[2]),
    updatedAt: moment(row[3]),
    completedAt: moment(row[4]),
    note: row[5],
    taxesIncluded: row[6] === 1,
    customer:
      row[7] === null ? null : { id: `gid://shopify/Customer/${row[7]}`, firstName: row[8], lastName: row[9] },
    totalPriceSet: money(row[12], row[13], row[10], row[11]),
    subtotalPriceSet: money(row[14], row[15], row[10], row[11]),
    totalTaxSet: row[16] === null ? null : money(row[16], row[17], row[10], row[11]),
    lineItems: { nodes: lines.get(row[0]) ?? [] },
  }));
}

function cursor(id) {
  return Buffer.from(`{"last_id":${id},"last_value":"${id}"}`).toString("base64");
}

/** Only the filter of the benchmark: open checkouts since a moment. */
function page({ first, after, query }) {
  const start = after ? JSON.parse(Buffer.from(after, "base64").toString()).last_id : -1;
  const filter = query ? "AND c.status = 'open' AND c.created_at >= ?" : "";
  const since = query ? [Date.parse(query.split("'")[1]) * 1000] : [];
  const where = `WHERE c.shop_id = 1 AND c.id > ? ${filter} ORDER BY c.id LIMIT ?`;
  const parents = all(`${PARENTS} ${where}`, start, ...since, first + 1);
  const hasNextPage = parents.length > first;
  if (hasNextPage) parents.pop();
  const endCursor = parents.length === 0 ? null : cursor(parents.at(-1)[0]);
  return { nodes: checkouts(parents), pageInfo: { hasNextPage, endCursor } };
}

function node({ id }) {
  const number = Number(id.slice(id.lastIndexOf("/") + 1));
  return checkouts(all(`${PARENTS} WHERE c.shop_id = 1 AND c.id = ?`, number))[0] ?? null;
}

/** The CPU time of this process in nanoseconds, of all its threads. */
function spent() {
  const { user, system } = process.cpuUsage();
  return String((user + system) * 1000);
}

const typeDefs = require("fs").readFileSync(`${__dirname}/schema.graphql`, "utf8");
const resolvers = {
  Query: { abandonedCheckouts: (_, given) => page(given), node: (_, given) => node(given) },
};

module.exports = { resolvers, spent, typeDefs };
