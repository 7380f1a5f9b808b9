// A Velo program, and a backend/events.js, as Wix's documentation writes them.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { abandonedCheckouts, listen, useEvents } from 'wix-ecom-backend';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));

export const getAbandonedCheckout = async (id) => abandonedCheckouts.getAbandonedCheckout(id);
export const abandoned = async () =>
  abandonedCheckouts.queryAbandonedCheckouts().eq('status', 'ABANDONED').descending('_createdDate').limit(2).find();

const heard = [];
const events = {
  wixEcom_onAbandonedCheckoutCreated: (event) => heard.push(['created', event.entity._id, event.metadata.id]),
  wixEcom_onAbandonedCheckoutRecovered: (event) =>
    heard.push(['recovered', event.data.abandonedCheckout._id, event.metadata.id]),
};

const one = await getAbandonedCheckout(given.sample);
assert.equal(one._id, given.sample);
assert.ok(one._createdDate instanceof Date);

const page = await abandoned();
assert.equal(page.items.length, 2);
assert.ok(page.items.every((item) => item.status === 'ABANDONED'));
assert.ok(page.hasNext());
const rest = await page.next();
assert.equal(rest.items.some((item) => item._id === page.items[0]._id), false);

useEvents(events);
const direct = [];
abandonedCheckouts.onAbandonedCheckoutCreated((event) => direct.push(event.metadata.triggeredByAnonymizeRequest));
const server = await listen(0);
const address = `http://127.0.0.1:${server.address().port}`;
const send = async (body) => (await fetch(address, { method: 'POST', body })).status;
assert.equal(await send(given.events.created), 200);
assert.equal(await send(given.events.recovered), 200);
assert.equal(await send(given.events.created.slice(0, -4) + 'AAAA'), 500);
server.close();
const id = '5f0e2b1c-7a63-4e4d-9a4e-000000000001';
assert.deepEqual(heard, [['created', given.sample, id], ['recovered', given.sample, id]]);
assert.deepEqual(direct, [false]);
console.log('velo: everything as expected');
