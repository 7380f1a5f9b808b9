// Bulk operations by Shopify's own clients: started, polled, downloaded and put together again, as connectors do it.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdminApiClient } from '@shopify/admin-api-client';
import '@shopify/shopify-api/adapters/node';
import { Session, shopifyApi } from '@shopify/shopify-api';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { given, run } from './ask.mjs';

const checks = [];
const check = (name, body) => checks.push([name, body]);

const toLocal = (address, init) => fetch(String(address).replace(/^https:\/\/[^/]+/, given.base), init);

// Each asks a document with variables and gives its data.
const byAdminApiClient = () => {
  const client = createAdminApiClient({
    storeDomain: given.demoShop,
    apiVersion: given.version,
    accessToken: given.demoToken,
    customFetchApi: toLocal,
  });
  return async (document, variables) => {
    const { data, errors } = await client.request(document, { variables });
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
};
const byShopifyApi = () => {
  const library = shopifyApi({
    apiKey: 'key',
    apiSecretKey: 'secret',
    scopes: ['read_orders'],
    hostName: 'app.example',
    apiVersion: given.version,
    isEmbeddedApp: false,
    logger: { level: 0 },
  });
  setAbstractFetchFunc(toLocal);
  const session = new Session({
    id: 'offline',
    shop: given.demoShop,
    state: '',
    isOnline: false,
    accessToken: given.demoToken,
  });
  const client = new library.clients.Graphql({ session, apiVersion: given.version });
  return async (document, variables) => (await client.request(document, { variables })).data;
};

const RUN = `mutation Run($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id type status objectCount url } userErrors { field message code } } }`;
const CANCEL = `mutation Cancel($id: ID!) { bulkOperationCancel(id: $id) {
  bulkOperation { id status } userErrors { field message } } }`;
const FIELDS = 'id status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt';
const BY_NODE = `query Poll($id: ID!) { operation: node(id: $id) { ... on BulkOperation { ${FIELDS} } } }`;
const BY_ID = `query Poll($id: ID!) { operation: bulkOperation(id: $id) { ${FIELDS} } }`;

const start = async (ask, query = given.bulkQuery) => {
  const { bulkOperation, userErrors } = (await ask(RUN, { query })).bulkOperationRunQuery;
  assert.deepEqual(userErrors, []);
  const { id, ...rest } = bulkOperation;
  assert.match(id, /^gid:\/\/shopify\/BulkOperation\/\d+$/);
  assert.deepEqual(rest, { type: 'QUERY', status: 'CREATED', objectCount: '0', url: null });
  return id;
};

const over = async (ask, document, id) => {
  const until = Date.now() + 30_000;
  for (;;) {
    const { operation } = await ask(document, { id });
    assert.equal(operation.id, id);
    if (!['CREATED', 'RUNNING', 'CANCELING'].includes(operation.status)) return operation;
    assert.ok(Date.now() < until, `not over after 30 s: ${JSON.stringify(operation)}`);
    await pause(100);
  }
};

// Lines under their parents. A DiscountAllocation has no id, as it has none in Shopify's schema.
const regrouped = (lines) => {
  const roots = [];
  const known = new Map();
  for (const { __parentId: parent, ...line } of lines) {
    if (line.id?.includes('/AbandonedCheckout/')) line.lineItems = [];
    if (line.id?.includes('/AbandonedCheckoutLineItem/')) line.discountAllocations = [];
    if (line.id !== undefined) known.set(line.id, line);
    if (parent === undefined) roots.push(line);
    else if (parent.includes('/AbandonedCheckout/')) known.get(parent).lineItems.push(line);
    else known.get(parent).discountAllocations.push(line);
  }
  return roots;
};

const nodes = (connection) => connection.edges.map((edge) => edge.node);
const everyCheckout = async (ask) => {
  const found = [];
  let after = null;
  for (;;) {
    const { abandonedCheckouts } = await ask(given.bulkPages, { after });
    for (const checkout of nodes(abandonedCheckouts)) {
      const lineItems = nodes(checkout.lineItems).map((line) => ({
        ...line,
        discountAllocations: nodes(line.discountAllocations),
      }));
      found.push({ ...checkout, lineItems });
    }
    if (!abandonedCheckouts.pageInfo.hasNextPage) return found;
    after = abandonedCheckouts.pageInfo.endCursor;
  }
};

const bulkEqualsPages = async (ask, document) => {
  const done = await over(ask, document, await start(ask));
  const { status, errorCode, partialDataUrl } = done;
  assert.deepEqual({ status, errorCode, partialDataUrl }, { status: 'COMPLETED', errorCode: null, partialDataUrl: null });
  const answer = await fetch(done.url);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^application\/jsonl/);
  const text = await answer.text();
  assert.equal(done.fileSize, String(Buffer.byteLength(text)));
  assert.ok(text.endsWith('\n'));
  const lines = text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  assert.equal(done.objectCount, String(lines.length));
  const checkouts = regrouped(lines);
  assert.equal(done.rootObjectCount, String(checkouts.length));
  assert.equal(checkouts.length, given.demoCheckouts);
  assert.ok(checkouts.some((each) => each.lineItems.some((line) => line.discountAllocations.length > 1)));
  assert.deepEqual(checkouts, await everyCheckout(ask));
};

check('admin-api-client reads the same in bulk, polled by node, as by pages', () =>
  bulkEqualsPages(byAdminApiClient(), BY_NODE));

check('shopify-api reads the same in bulk, polled by bulkOperation, as by pages', () =>
  bulkEqualsPages(byShopifyApi(), BY_ID));

check('admin-api-client cancels a bulk operation', async () => {
  const ask = byAdminApiClient();
  // One that was quicker than its cancellation is told to be over; then another is tried.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const id = await start(ask);
    const { bulkOperation, userErrors } = (await ask(CANCEL, { id })).bulkOperationCancel;
    assert.equal(bulkOperation.id, id);
    const done = await over(ask, BY_NODE, id);
    if (userErrors.length === 0) {
      assert.match(bulkOperation.status, /^CANCEL(ING|ED)$/);
      assert.deepEqual([done.status, done.url, done.errorCode], ['CANCELED', null, null]);
      const again = (await ask(CANCEL, { id })).bulkOperationCancel;
      const message = 'A bulk operation cannot be canceled when it is canceled';
      assert.deepEqual(again.userErrors, [{ field: null, message }]);
      return;
    }
    assert.equal(done.status, 'COMPLETED');
  }
  assert.fail('none of five bulk operations was cancelled');
});

check('shopify-api is told what is wrong with a bulk query', async () => {
  const ask = byShopifyApi();
  const { bulkOperation, userErrors } = (await ask(RUN, { query: '{ shop { name } }' })).bulkOperationRunQuery;
  assert.equal(bulkOperation, null);
  const message = 'Bulk queries must contain at least one connection.';
  assert.deepEqual(userErrors, [{ field: ['query'], message, code: 'INVALID' }]);
});

await run(checks);
