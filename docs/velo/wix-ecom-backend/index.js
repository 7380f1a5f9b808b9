// Velo's module wix-ecom-backend for programs outside Wix: abandonedCheckouts over @wix/ecom, against this server.
//
// ABANDONED_CHECKOUTS_URL   address of the server, for example http://127.0.0.1:8000
// WIX_API_KEY, WIX_SITE_ID  a token of the server, and the site id that `shop list` prints
// WIX_APP_ID, WIX_PUBLIC_KEY  for events: the app id and the public key that `event subscribe` prints
//
// See docs/wix.md, "Velo programs".
import { createServer } from 'node:http';
import { ApiKeyStrategy, AppStrategy, createClient } from '@wix/sdk';
import { abandonedCheckouts as ecom } from '@wix/ecom';

const setting = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name} to use wix-ecom-backend`);
  return value;
};

// The SDK asks for https://www.wixapis.com; the same path is asked of the server.
const toServer = (address, init) => {
  const url = new URL(address);
  const server = new URL(setting('ABANDONED_CHECKOUTS_URL'));
  url.protocol = server.protocol;
  url.host = server.host;
  return fetch(url, init);
};

let opened;
const api = () => {
  opened ??= createClient({
    modules: { ecom },
    auth: ApiKeyStrategy({ apiKey: setting('WIX_API_KEY'), siteId: setting('WIX_SITE_ID') }),
    fetch: toServer,
  });
  return opened.ecom;
};

const handlers = { onAbandonedCheckoutCreated: [], onAbandonedCheckoutRecovered: [] };

export const abandonedCheckouts = {
  getAbandonedCheckout: (id) => api().getAbandonedCheckout(id),
  queryAbandonedCheckouts: (...query) => api().queryAbandonedCheckouts(...query),
  onAbandonedCheckoutCreated: (handler) => void handlers.onAbandonedCheckoutCreated.push(handler),
  onAbandonedCheckoutRecovered: (handler) => void handlers.onAbandonedCheckoutRecovered.push(handler),
};

// Velo calls the functions of backend/events.js by their names; `events` is that module.
export const useEvents = (events) => {
  for (const name of Object.keys(handlers)) {
    const handler = events[`wixEcom_${name}`];
    if (handler) abandonedCheckouts[name](handler);
  }
};

// Checks the signature of one event and calls the handlers. `body` is the whole body of the request.
export const processEvent = async (body) => {
  const client = createClient({
    modules: { ecom },
    auth: AppStrategy({ appId: setting('WIX_APP_ID'), publicKey: setting('WIX_PUBLIC_KEY') }),
  });
  const called = [];
  for (const [name, list] of Object.entries(handlers)) {
    // In Velo, metadata has `id`; in the SDK, `_id`.
    const call = (handler, event) => handler({ ...event, metadata: { ...event.metadata, id: event.metadata._id } });
    client.ecom[name]((event) => called.push(...list.map((handler) => call(handler, event))));
  }
  await client.webhooks.process(body);
  await Promise.all(called);
};

// An HTTP server for the events; subscribe its address with `event subscribe --dialect wix`.
export const listen = (port, host = '127.0.0.1') =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      try {
        await processEvent(Buffer.concat(parts).toString().trim());
        response.writeHead(200).end();
      } catch (error) {
        // The server sends the event again.
        response.writeHead(500).end(String(error.message));
      }
    });
    server.listen(port, host, () => resolve(server));
  });
