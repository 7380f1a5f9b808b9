// Sessions of @shopify/shopify-api kept in Shopify's storage package, and used again by a later request.
import '@shopify/shopify-api/adapters/node';
import { ApiVersion, Session, shopifyApi } from '@shopify/shopify-api';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { MemorySessionStorage } from '@shopify/shopify-app-session-storage-memory';

const [base, shop, apiKey, apiSecretKey] = process.argv.slice(2);
const shopify = shopifyApi({
  apiKey,
  apiSecretKey,
  scopes: ['read_orders'],
  hostName: 'app.example',
  apiVersion: ApiVersion.July26 ?? '2026-07',
  isEmbeddedApp: true,
  logger: { level: 0 },
});
// The library insists on https and the shop's host.
setAbstractFetchFunc((address, init) => {
  const { host, pathname, search } = new URL(address);
  return fetch(`${base}${pathname}${search}`, { ...init, headers: { ...init.headers, Host: host } });
});
const names = async (session) => {
  const client = new shopify.clients.Graphql({ session });
  const { data } = await client.request('{ abandonedCheckouts(first: 2) { nodes { name } } }');
  return data.abandonedCheckouts.nodes.map((node) => node.name);
};
const storage = new MemorySessionStorage();
const { session } = await shopify.auth.clientCredentials({ shop });
await storage.storeSession(session);
const loaded = await storage.loadSession(session.id);
const copied = Session.fromPropertyArray(session.toPropertyArray());
const found = await storage.findSessionsByShop(shop);
console.log(JSON.stringify({
  loaded: await names(loaded),
  copied: await names(copied),
  equal: copied.equals(session),
  active: loaded.isActive(shopify.config.scopes),
  found: found.length,
}));
await storage.deleteSessions([session.id]);
console.log(JSON.stringify((await storage.loadSession(session.id)) ?? null));
process.exit(0);
