// What an app does when a shop installs it, by Shopify's own library: tokens of every grant, and its webhooks.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import '@shopify/shopify-api/adapters/node';
import { ApiVersion, DeliveryMethod, HttpResponseError, RequestedTokenType, Session, shopifyApi } from '@shopify/shopify-api';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { given, run, thrown } from './ask.mjs';

const checks = [];
const check = (name, body) => checks.push([name, body]);

// The library insists on https and the shop's host; the host says which shop is meant, so it goes along.
const toLocal = (address, init) => {
  const { host, pathname, search } = new URL(address);
  return fetch(`${given.base}${pathname}${search}`, { ...init, headers: { ...init.headers, Host: host } });
};

const library = (more = {}) => {
  const made = shopifyApi({
    apiKey: given.client_id,
    apiSecretKey: given.client_secret,
    scopes: ['read_orders', 'read_customers', 'read_products'],
    hostName: 'app.example',
    apiVersion: ApiVersion.July26 ?? given.version,
    isEmbeddedApp: true,
    logger: { level: 0 },
    ...more,
  });
  setAbstractFetchFunc(toLocal);
  return made;
};

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sessionToken = () => {
  const now = Math.floor(Date.now() / 1000);
  const shop = `https://${given.shop}`;
  const said = { iss: `${shop}/admin`, dest: shop, aud: given.client_id, sub: '42', exp: now + 60, nbf: now, iat: now };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...said, jti: 'one', sid: 'two' })}`;
  return `${signed}.${createHmac('sha256', given.client_secret).update(signed).digest('base64url')}`;
};

const COUNT = '{ abandonedCheckoutsCount { count } }';
const counts = async (shopify, session) => {
  const client = new shopify.clients.Graphql({ session });
  return (await client.request(COUNT)).data.abandonedCheckoutsCount.count;
};

// A browser's way through the install: the library sends it to the shop, the shop sends it back with a code.
const installed = async (shopify, isOnline) => {
  const answer = () => {
    const headers = {};
    const writeHead = (_, all) => Object.assign(headers, all);
    const setHeader = (name, value) => writeHead(0, { [name]: value });
    return { headers, getHeaders: () => headers, setHeader, writeHead, end() {} };
  };
  const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0', host: 'app.example' };
  const begun = answer();
  const ask = { url: '/auth', method: 'GET', headers: agent };
  const sent = { rawRequest: ask, rawResponse: begun };
  await shopify.auth.begin({ shop: given.shop, callbackPath: '/auth/callback', isOnline, ...sent });
  const led = await toLocal(begun.headers.Location, { redirect: 'manual' });
  assert.equal(led.status, 302);
  const back = new URL(led.headers.get('location'));
  const cookie = [begun.headers['Set-Cookie']].flat().map((each) => each.split(';')[0]).join('; ');
  const came = { url: `${back.pathname}${back.search}`, method: 'GET', headers: { ...agent, cookie } };
  // The server's clock stands elsewhere than this machine's, and the library minds how old the way back is.
  const now = Date.now;
  Date.now = () => Number(back.searchParams.get('timestamp')) * 1000;
  try {
    return await shopify.auth.callback({ rawRequest: came, rawResponse: answer() });
  } finally {
    Date.now = now;
  }
};

const installs = async (isOnline) => {
  const shopify = library({ isEmbeddedApp: false });
  const { session } = await installed(shopify, isOnline);
  assert.equal(session.isOnline, isOnline);
  assert.equal(session.shop, given.shop);
  assert.equal(await counts(shopify, session), given.checkouts);
};

check('a code is exchanged for an offline token', () => installs(false));

check('a code is exchanged for the token of a person', () => installs(true));

check('a session token is exchanged for an offline token', async () => {
  const shopify = library();
  const asked = { shop: given.shop, sessionToken: sessionToken() };
  const { session } = await shopify.auth.tokenExchange({
    ...asked,
    requestedTokenType: RequestedTokenType.OfflineAccessToken,
  });
  assert.equal(session.isOnline, false);
  assert.ok(session.isScopeIncluded?.('read_orders') ?? session.scope.includes('read_orders'));
  assert.equal(await counts(shopify, session), given.checkouts);
});

check('a session token is exchanged for the token of a person', async () => {
  const shopify = library();
  const { session } = await shopify.auth.tokenExchange({
    shop: given.shop,
    sessionToken: sessionToken(),
    requestedTokenType: RequestedTokenType.OnlineAccessToken,
  });
  assert.equal(session.isOnline, true);
  assert.equal(session.onlineAccessInfo.associated_user.id, 42);
  assert.ok(session.expires instanceof Date);
  assert.equal(await counts(shopify, session), given.checkouts);
});

check('an expiring token is refreshed', async () => {
  const shopify = library();
  const { session } = await shopify.auth.tokenExchange({
    shop: given.shop,
    sessionToken: sessionToken(),
    requestedTokenType: RequestedTokenType.OfflineAccessToken,
    expiring: true,
  });
  assert.ok(session.refreshToken && session.expires && session.refreshTokenExpires);
  const { session: fresh } = await shopify.auth.refreshToken({ shop: given.shop, refreshToken: session.refreshToken });
  assert.notEqual(fresh.accessToken, session.accessToken);
  assert.equal(await counts(shopify, fresh), given.checkouts);
});

check('a token that lasts becomes one that expires', async () => {
  const shopify = library();
  const { session } = await shopify.auth.tokenExchange({
    shop: given.shop,
    sessionToken: sessionToken(),
    requestedTokenType: RequestedTokenType.OfflineAccessToken,
  });
  const { session: fresh } = await shopify.auth.migrateToExpiringToken({
    shop: given.shop,
    nonExpiringOfflineAccessToken: session.accessToken,
  });
  assert.ok(fresh.refreshToken && fresh.expires);
  assert.equal(await counts(shopify, fresh), given.checkouts);
});

check('client credentials give a token', async () => {
  const shopify = library();
  const { session } = await shopify.auth.clientCredentials({ shop: given.shop });
  assert.ok(session.expires instanceof Date);
  assert.equal(await counts(shopify, session), given.checkouts);
});

check('a wrong secret is told by its status', async () => {
  const shopify = library({ apiSecretKey: 'wrong' });
  const error = await thrown(shopify.auth.clientCredentials({ shop: given.shop }));
  assert.ok(error instanceof HttpResponseError, String(error));
  assert.equal(error.response.code, 401);
});

check('webhooks are registered, changed and taken back', async () => {
  const shopify = library();
  const session = new Session({ id: 'a', shop: given.shop, state: '', isOnline: false, accessToken: given.appToken });
  const handler = (callbackUrl, more = {}) => ({ deliveryMethod: DeliveryMethod.Http, callbackUrl, callback() {}, ...more });
  const register = async (handlers) => {
    const registering = library();
    registering.webhooks.addHandlers(handlers);
    return registering.webhooks.register({ session });
  };
  const told = (done) =>
    Object.values(done)
      .flat()
      .map(({ operation, success }) => `${operation} ${success}`);
  const first = await register({ CHECKOUTS_UPDATE: [handler('/checkouts'), handler('/more')], CARTS_UPDATE: handler('/c') });
  assert.deepEqual(told(first), ['create true', 'create true', 'create true']);
  const again = await register({ CHECKOUTS_UPDATE: [handler('/checkouts', { includeFields: ['token'] })] });
  assert.deepEqual(told(again).sort(), ['delete true', 'delete true', 'update true']);
  const { data } = await new shopify.clients.Graphql({ session }).request(
    '{ webhookSubscriptions(first: 5) { nodes { uri includeFields } } }',
  );
  assert.deepEqual(data.webhookSubscriptions.nodes, [{ uri: 'https://app.example/checkouts', includeFields: ['token'] }]);
  await register({ CARTS_CREATE: [] });
});

await run(checks);
