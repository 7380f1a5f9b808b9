// Shopify's own clients, and the one that most Node programs of before them use.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createAdminApiClient } from '@shopify/admin-api-client';
import { composeGid, parseGid } from '@shopify/admin-graphql-api-utilities';
import '@shopify/shopify-api/adapters/node';
import { ApiVersion, GraphqlQueryError, HttpResponseError, Session, shopifyApi } from '@shopify/shopify-api';
import { restResources } from '@shopify/shopify-api/rest/admin/2026-07';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { COUNT, NODE, PAGE, UNKNOWN, allNames, everyName, given, id, run, thrown, token } from './ask.mjs';

const checks = [];
const check = (name, body) => checks.push([name, body]);

// Both SDKs insist on https and a shop's host: this is the one line that leads them here.
const toLocal = (address, init) => fetch(String(address).replace(/^https:\/\/[^/]+/, given.base), init);

const admin = (accessToken = given.token, more = {}) =>
  createAdminApiClient({
    storeDomain: given.shop,
    apiVersion: given.version,
    accessToken,
    customFetchApi: toLocal,
    ...more,
  });

check('admin-api-client reads every page', async () => {
  const client = admin();
  const names = await everyName(async (variables) => {
    const { data, errors } = await client.request(PAGE, { variables });
    assert.equal(errors, undefined);
    return data.abandonedCheckouts;
  });
  assert.deepEqual(names, allNames);
});

check('admin-api-client reads a node whose id its utilities understand', async () => {
  const { data, extensions } = await admin().request(NODE, { variables: { id: composeGid('AbandonedCheckout', 3) } });
  assert.equal(data.node.name, '#3');
  assert.equal(parseGid(data.node.id), '3');
  assert.equal(data.node.lineItems.nodes.length, 2);
  assert.ok(extensions.cost.requestedQueryCost > 0);
});

check('admin-api-client reads a count', async () => {
  const { data } = await admin().request(COUNT, { variables: { query: 'status:closed' } });
  assert.deepEqual(data.abandonedCheckoutsCount, { count: given.closed, precision: 'EXACT' });
});

check('admin-api-client tells of an error without data', async () => {
  const { data, errors } = await admin().request(UNKNOWN);
  assert.equal(data, undefined);
  assert.equal(errors.graphQLErrors[0].extensions.code, 'undefinedField');
  assert.match(errors.graphQLErrors[0].message, /Field 'email' doesn't exist on type 'AbandonedCheckout'/);
});

check('admin-api-client tells a bad token by its status', async () => {
  const { errors } = await admin(given.wrongToken).request(COUNT);
  assert.equal(errors.networkStatusCode, 401);
});

check('admin-api-client logs deprecations', async () => {
  const logged = [];
  const client = admin(given.token, { logger: (entry) => logged.push(entry) });
  await client.request('{ abandonedCheckouts(first: 1) { nodes { lineItemsQuantity } } }');
  const notices = logged.filter((entry) => entry.type === 'Unsupported_Api_Version' || /Deprecat/i.test(entry.type));
  assert.match(JSON.stringify(notices), /AbandonedCheckout\.lineItemsQuantity/);
});

const shopify = (more = {}) => {
  const library = shopifyApi({
    apiKey: 'key',
    apiSecretKey: 'secret',
    scopes: ['read_orders'],
    hostName: 'app.example',
    apiVersion: ApiVersion.July26 ?? given.version,
    isEmbeddedApp: false,
    logger: { level: 0 },
    ...more,
  });
  setAbstractFetchFunc(toLocal);
  return library;
};
const graphql = (accessToken = given.token) => {
  const session = new Session({ id: 'offline', shop: given.shop, state: '', isOnline: false, accessToken });
  return new (shopify().clients.Graphql)({ session, apiVersion: given.version });
};

check('shopify-api reads every page', async () => {
  const client = graphql();
  const names = await everyName(
    async (variables) => (await client.request(PAGE, { variables })).data.abandonedCheckouts,
  );
  assert.deepEqual(names, allNames);
});

check('shopify-api throws the errors of a document', async () => {
  const error = await thrown(graphql().request(UNKNOWN));
  assert.ok(error instanceof GraphqlQueryError);
  assert.equal(error.body.errors.graphQLErrors[0].extensions.code, 'undefinedField');
});

check('shopify-api throws on a bad token', async () => {
  const error = await thrown(graphql(given.wrongToken).request(COUNT));
  assert.ok(error instanceof HttpResponseError);
  assert.equal(error.response.code, 401);
});

check('shopify-api is refused what its token may not read', async () => {
  const error = await thrown(graphql(given.poorToken).request(PAGE, { variables: { first: 1 } }));
  assert.equal(error.body.errors.graphQLErrors[0].extensions.code, 'ACCESS_DENIED');
});

const resources = () => {
  const session = new Session({ id: 'rest', shop: given.shop, state: '', isOnline: false, accessToken: given.token });
  return { session, rest: shopify({ restResources }).rest };
};

check('shopify-api reads every page by its REST resources', async () => {
  const { session, rest } = resources();
  const names = [];
  let asked = { limit: 5, status: 'any' };
  do {
    const page = await rest.AbandonedCheckout.checkouts({ session, ...asked });
    names.push(...page.checkouts.map((each) => each.name));
    const client = new (shopify().clients.Rest)({ session });
    const next = (await client.get({ path: 'checkouts', query: asked })).pageInfo?.nextPage;
    asked = next?.query;
  } while (asked !== undefined);
  assert.deepEqual(names, allNames);
  const some = await rest.AbandonedCheckout.checkouts({ session, status: 'closed', created_at_max: '2030-01-01' });
  assert.equal(some.checkouts.length, given.closed);
});

check('shopify-api reads the shop and the scopes by its REST resources', async () => {
  const { session, rest } = resources();
  const [shop] = (await rest.Shop.all({ session })).data;
  assert.equal(shop.myshopify_domain, given.shop);
  const scopes = (await rest.AccessScope.all({ session })).data.map((each) => each.handle);
  assert.ok(scopes.includes('read_orders'));
});

check('shopify-api throws what is not found and what is not allowed by REST', async () => {
  const { session, rest } = resources();
  const missing = await thrown(rest.Product.all({ session }));
  assert.equal(missing.response.code, 404);
  const poor = new Session({ id: 'p', shop: given.shop, state: '', isOnline: false, accessToken: given.poorToken });
  const denied = await thrown(rest.AbandonedCheckout.checkouts({ session: poor }));
  assert.equal(denied.response.code, 403);
});

const Shopify = createRequire(import.meta.url)('shopify-api-node');
const old = (accessToken = given.token, options = {}) => {
  const client = new Shopify({ shopName: given.shop, accessToken, apiVersion: given.version, ...options });
  const { hostname, port } = new URL(given.base);
  client.baseUrl = { hostname, port, protocol: 'http:' };
  return client;
};

check('shopify-api-node reads every page by graphql', async () => {
  const client = old();
  const limits = [];
  client.on('callGraphqlLimits', (each) => limits.push({ ...each }));
  const names = await everyName(async (variables) => (await client.graphql(PAGE, variables)).abandonedCheckouts);
  assert.deepEqual(names, allNames);
  assert.equal(limits.at(-1).max, 2000);
  assert.equal(limits.at(-1).restoreRate, 100);
});

check('shopify-api-node reads every page by REST', async () => {
  const client = old();
  const names = [];
  let params = { limit: 5, status: 'any' };
  do {
    const page = await client.checkout.list(params);
    names.push(...page.map((each) => each.name));
    params = page.nextPageParameters;
  } while (params !== undefined);
  assert.deepEqual(names, allNames);
  assert.equal(await client.checkout.count({ status: 'closed' }), given.closed);
  assert.equal((await client.shop.get()).myshopify_domain, given.shop);
});

check('shopify-api-node throws on errors and on bad tokens', async () => {
  const error = await thrown(old().graphql(UNKNOWN));
  assert.match(error.message, /Field 'email' doesn't exist on type 'AbandonedCheckout'/);
  assert.equal((await thrown(old(given.wrongToken).shop.get())).response.statusCode, 401);
});

check('shopify-api-node is throttled, waits as it reckons from the cost, and goes on', async () => {
  const page = { first: 250, after: null, query: null };
  await fetch(`${given.base}/drain`);
  const refused = await thrown(old(given.eagerToken).graphql(PAGE, page));
  assert.match(refused.message, /Throttled/);
  assert.equal(refused.extensions.code, 'THROTTLED');
  await fetch(`${given.base}/drain`);
  const waited = await old(given.eagerToken, { maxRetries: 5 }).graphql(PAGE, page);
  assert.equal(waited.abandonedCheckouts.edges.length, given.checkouts);
});

await run(checks);
