// Drives Wix's SDK against the server that the tests have started; one line of JSON per check on standard output.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const base = new URL(given.base);

// What people write to point the SDK here: three lines.
const toLocal = (address, init) => {
  const url = new URL(address);
  url.protocol = base.protocol;
  url.host = base.host;
  return realFetch(url, init);
};
const realFetch = globalThis.fetch;
// The calls for tokens, and SDKs older than 1.21.12, know the global fetch alone.
globalThis.fetch = (address, init) =>
  /wixapis\.com|127\.0\.0\.1/.test(String(address)) ? toLocal(String(address), init) : realFetch(address, init);

const { createClient, ApiKeyStrategy, AppStrategy, OAuthStrategy } = await import('@wix/sdk');
const { abandonedCheckouts } = await import('@wix/ecom');

const client = createClient({
  modules: { abandonedCheckouts },
  auth: ApiKeyStrategy({ apiKey: given.token, siteId: given.siteId }),
  fetch: toLocal,
});
const api = client.abandonedCheckouts;
const checks = [];
const check = (name, run) => checks.push([name, run]);
const thrown = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
};

check('get gives the entity with dates and ids renamed', async () => {
  const one = await api.getAbandonedCheckout(given.sample);
  assert.equal(one._id, given.sample);
  assert.ok(one._createdDate instanceof Date);
  assert.equal(one._createdDate.toISOString(), '2023-05-03T08:26:07.512Z');
  assert.equal(one.status, 'RECOVERED');
  assert.ok(one.checkoutRecoveredDate instanceof Date);
  assert.equal(one.buyerInfo.email, 'John.Doe@example.com');
  assert.deepEqual(one.contactDetails.vatId, { _id: '12345678909', type: 'CPF' });
  assert.equal(one.totalPrice.formattedAmount, '$255.00');
  assert.deepEqual(one.activities.map((step) => step.type), ['SCHEDULED', 'EMAIL_SENT']);
  assert.ok(one.activities[0]._createdDate instanceof Date);
});

check('get keeps the image of a line, which has to be an object', async () => {
  const [line] = (await api.getAbandonedCheckout(given.sample)).lineItems;
  assert.match(line.image, /^wix:image:\/\/v1\/22e53e_9b2e~mv2\.jpg/);
  assert.equal(line.physicalProperties.sku, 'B-1');
  assert.equal(line.catalogReference.options.options.Size, 'S');
  const [other] = (await api.getAbandonedCheckout(given.uuids[1])).lineItems;
  assert.equal(other.image, 'https://images.example/1.png');
});

check('get of an unknown id is NOT_FOUND with status and request id', async () => {
  const error = await thrown(api.getAbandonedCheckout('00000000-0000-4000-8000-000000000000'));
  assert.equal(error.details.applicationError.code, 'NOT_FOUND');
  assert.match(error.message, /not found/);
});

check('get of what is no GUID names the field', async () => {
  const error = await thrown(api.getAbandonedCheckout('nonsense'));
  const [violation] = error.details.validationError.fieldViolations;
  assert.equal(violation.field, 'abandonedCheckoutId');
  assert.equal(violation.violatedRule, 'FORMAT');
});

check('query finds all, newest first', async () => {
  const found = await api.queryAbandonedCheckouts().find();
  assert.equal(found.items.length, given.uuids.length);
  assert.equal(found.hasNext(), false);
  assert.equal(found.hasPrev(), false);
  const dates = found.items.map((item) => item._createdDate.getTime());
  assert.deepEqual(dates, [...dates].sort((a, b) => b - a));
});

check('query filters by every operator of the builder', async () => {
  const ids = async (build) => (await build(api.queryAbandonedCheckouts()).find()).items.map((item) => item._id);
  const all = await ids((q) => q);
  const one = await ids((q) => q.eq('buyerInfo.email', 'John.Doe@example.com'));
  assert.deepEqual(one, [given.sample]);
  assert.equal((await ids((q) => q.ne('_id', given.sample))).length, all.length - 1);
  assert.deepEqual(await ids((q) => q.in('_id', [given.sample, 'x'])), [given.sample]);
  assert.deepEqual(await ids((q) => q.hasSome('_id', [given.sample])), [given.sample]);
  assert.deepEqual(await ids((q) => q.startsWith('buyerInfo.email', 'john.d')), [given.sample]);
  assert.deepEqual(await ids((q) => q.lt('_createdDate', new Date('2024-01-01'))), [given.sample]);
  assert.deepEqual(await ids((q) => q.le('_createdDate', new Date('2023-05-03T08:26:07.512Z'))), [given.sample]);
  assert.deepEqual(await ids((q) => q.gt('_createdDate', new Date('2023-05-03T08:26:07.512Z')).eq('_id', given.sample)), []);
  assert.deepEqual(await ids((q) => q.ge('_createdDate', new Date('2023-05-03T08:26:07.512Z')).lt('_createdDate', new Date('2024-01-01'))), [given.sample]);
  const without = await ids((q) => q.exists('buyerInfo.email', false));
  const having = await ids((q) => q.exists('buyerInfo.email', true));
  assert.equal(without.length + having.length, all.length);
  assert.ok(without.length > 0);
  assert.ok((await ids((q) => q.eq('status', 'ABANDONED'))).length > 0);
});

check('query takes what the builder has beyond its types', async () => {
  const query = () => api.queryAbandonedCheckouts();
  const ids = async (build) => (await build.limit(100).find()).items.map((item) => item._id);
  const all = await ids(query());
  const email = (value) => query().eq('buyerInfo.email', value);
  assert.deepEqual(await ids(email('John.Doe@example.com').or(query().eq('_id', given.sample))), [given.sample]);
  assert.deepEqual(await ids(email('John.Doe@example.com').and(query().eq('status', 'ABANDONED'))), []);
  assert.equal((await ids(query().not(query().eq('_id', given.sample)))).length, all.length - 1);
  assert.deepEqual(await ids(query().contains('buyerInfo.email', '.DOE@')), [given.sample]);
  assert.ok((await ids(query().endsWith('buyerInfo.email', 'EXAMPLE.COM'))).includes(given.sample));
  assert.deepEqual(await ids(query().between('_createdDate', new Date('2023-01-01'), new Date('2024-01-01'))), [given.sample]);
  const [without, having] = [await ids(query().isEmpty('buyerInfo.email')), await ids(query().isNotEmpty('buyerInfo.email'))];
  assert.equal(without.length + having.length, all.length);
});

check('query knows the first and the last date of JavaScript, and sorts by many fields', async () => {
  const names = ['status', 'buyerInfo.email', '_updatedDate', '_createdDate', '_id'];
  const query = (first, last) => api.queryAbandonedCheckouts().ge('_createdDate', first).le('_createdDate', last);
  const found = await query(new Date(-8.64e15), new Date(8.64e15)).ascending(...names).find();
  assert.equal(found.items.length, (await api.queryAbandonedCheckouts().find()).items.length);
  assert.deepEqual((await query(new Date('9999-12-31T23:59:59.999Z'), new Date(8.64e15)).find()).items, []);
});

check('query pages with next and prev, and skipTo', async () => {
  const first = await api.queryAbandonedCheckouts().ascending('_createdDate', 'status').limit(5).find();
  assert.equal(first.items.length, 5);
  assert.equal(first.items[0]._id, given.sample);
  assert.equal(first.hasPrev(), false);
  const second = await first.next();
  assert.equal(second.hasPrev(), true);
  const third = await second.next();
  assert.equal(third.hasNext(), false);
  const all = [...first.items, ...second.items, ...third.items].map((item) => item._id);
  assert.equal(new Set(all).size, given.uuids.length);
  const back = await second.prev();
  assert.deepEqual(back.items, first.items);
  assert.equal(back.hasPrev(), false);
  const there = await api.queryAbandonedCheckouts().skipTo(first.cursors.next).limit(2).find();
  assert.deepEqual(there.items.map((item) => item._id), all.slice(5, 7));
});

check('query keeps its filter over pages', async () => {
  let page = await api.queryAbandonedCheckouts().eq('status', 'ABANDONED').limit(2).find();
  let count = page.items.length;
  while (page.hasNext()) {
    page = await page.next();
    count += page.items.length;
    assert.ok(page.items.every((item) => item.status === 'ABANDONED'));
  }
  assert.equal(count, given.abandoned);
});

check('typed query answers results and abandonedCheckouts alike', async () => {
  const answer = await api.queryAbandonedCheckouts({ filter: { status: 'RECOVERED' }, cursorPaging: { limit: 3 } });
  assert.equal(answer.abandonedCheckouts.length, 3);
  assert.deepEqual(answer.results, answer.abandonedCheckouts);
  assert.ok(answer.abandonedCheckouts.every((item) => item.status === 'RECOVERED'));
});

check('the QueryBuilder of the package is understood', async () => {
  const { QueryBuilder, Filter, Sort } = abandonedCheckouts.utils.query;
  const query = QueryBuilder()
    .withFilter(Filter.and(Filter('status').eq('RECOVERED'), Filter.not(Filter('_id').eq(given.uuids[0]))))
    .withSorting(Sort('_createdDate').asc())
    .withPaging({ limit: 2 })
    .withFields('_id', 'status')
    .build();
  const answer = await api.queryAbandonedCheckouts(query);
  assert.equal(answer.abandonedCheckouts.length, 2);
  assert.deepEqual(answer.results, answer.abandonedCheckouts);
  assert.equal(answer.abandonedCheckouts[0]._id, given.sample);
  for (const item of answer.abandonedCheckouts) assert.deepEqual(Object.keys(item).sort(), ['_id', 'status']);
  assert.ok(answer.metadata.cursors.next);
});

check('the SearchBuilder of the package is understood', async () => {
  const { SearchBuilder, SearchParams, Filter, Sort } = abandonedCheckouts.utils.search;
  const search = SearchBuilder()
    .withFilter(Filter('createdDate').lt('2024-01-01T00:00:00Z'))
    .withSearchClause(SearchParams().expression('doe').fuzzy(true))
    .withSorting(Sort('createdDate').desc())
    .withPaging({ limit: 10 })
    .build();
  const answer = await api.searchAbandonedCheckouts(search);
  assert.deepEqual(answer.abandonedCheckouts.map((item) => item._id), [given.sample]);
});

check('a field that cannot be filtered by is refused', async () => {
  const error = await thrown(api.queryAbandonedCheckouts().eq('currency', 'USD').find());
  assert.match(JSON.stringify(error.details), /not declared as filterable/);
});

check('search without anything finds all', async () => {
  const answer = await api.searchAbandonedCheckouts();
  assert.equal(answer.abandonedCheckouts.length, given.uuids.length);
  assert.equal(answer.pagingMetadata.count, given.uuids.length);
});

check('search finds names, in order of mode, and forgives a slip', async () => {
  const names = async (search) =>
    (await api.searchAbandonedCheckouts({ search })).abandonedCheckouts.map((item) => item.contactDetails?.firstName);
  assert.deepEqual(await names({ expression: 'doe' }), ['John']);
  assert.deepEqual(new Set(await names({ expression: 'john grace' })), new Set(['John', 'Grace']));
  assert.deepEqual(await names({ expression: 'john grace', mode: 'AND' }), []);
  assert.deepEqual(await names({ expression: 'jonh', fuzzy: true }), ['John']);
  assert.deepEqual(await names({ expression: 'jonh' }), []);
  assert.deepEqual(await names({ expression: 'example', fields: ['contactDetails.firstName'] }), []);
});

check('search filters by activities and coupons', async () => {
  const sent = await api.searchAbandonedCheckouts({ filter: { 'activities.type': { $hasAll: ['SCHEDULED', 'EMAIL_SENT'] } } });
  assert.ok(sent.abandonedCheckouts.every((item) => item.activities.some((step) => step.type === 'EMAIL_SENT')));
  assert.ok(sent.abandonedCheckouts.length > 1);
  const coupons = await api.searchAbandonedCheckouts({ filter: { 'appliedDiscounts.coupon.code': { $hasSome: ['SPRING10'] } } });
  assert.ok(coupons.abandonedCheckouts.length > 0);
  assert.equal(coupons.abandonedCheckouts[0].appliedDiscounts[0].coupon.code, 'SPRING10');
});

check('analytics tell all metrics, or the ones asked for', async () => {
  const all = await api.getAbandonedCheckoutAnalytics('2023-05-01', { endDate: '2023-05-31' });
  assert.equal(all.recoveredValue, '255.00');
  assert.equal(all.recoveryRate, 1);
  const one = await api.getAbandonedCheckoutAnalytics('2023-05-01', { endDate: '2023-05-31', metrics: ['RECOVERED_CHECKOUT_COUNT'] });
  assert.equal(one.recoveredCheckoutCount, 1);
  assert.equal(one.recoveredValue ?? null, null);
});

check('redirectToCheckout is answered as JSON for the SDK', async () => {
  const answer = await api.redirectToCheckout(given.sample, given.siteId);
  assert.equal(answer.statusCode, 302);
  assert.match(answer.headers.find((header) => header.key === 'Location').value, /recover\?key=/);
});

check('the checkout address redirects a browser without a token', async () => {
  const one = await api.getAbandonedCheckout(given.sample);
  const response = await realFetch(one.checkoutUrl, { redirect: 'manual' });
  assert.equal(response.status, 302);
});

check('addAbandonedCheckoutActivity writes the log', async () => {
  const answer = await api.addAbandonedCheckoutActivity(given.uuids[2], { activityType: 'NOTIFICATION_SENT' });
  assert.equal(answer.abandonedCheckout.activities.at(-1).type, 'NOTIFICATION_SENT');
});

check('delete removes, and says so the second time', async () => {
  await api.deleteAbandonedCheckout(given.uuids[3]);
  const error = await thrown(api.deleteAbandonedCheckout(given.uuids[3]));
  assert.equal(error.details.applicationError.code, 'NOT_FOUND');
});

check('bulk delete tells of each', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const answer = await api.bulkDeleteAbandonedCheckouts([given.uuids[4], unknown]);
  assert.deepEqual(answer.bulkActionMetadata, { totalSuccesses: 1, totalFailures: 1, undetailedFailures: 0 });
  assert.deepEqual(answer.results.map((item) => item.itemMetadata.success), [true, false]);
  assert.equal(answer.results[1].itemMetadata._id, unknown);
  assert.equal(answer.results[1].itemMetadata.error.code, 'NOT_FOUND');
});

check('a wrong key is UNAUTHENTICATED, a foreign site PERMISSION_DENIED', async () => {
  const other = (apiKey, siteId) =>
    createClient({ modules: { abandonedCheckouts }, auth: ApiKeyStrategy({ apiKey, siteId }), fetch: toLocal });
  const wrong = await thrown(other('nonsense', given.siteId).abandonedCheckouts.getAbandonedCheckout(given.sample));
  assert.equal(wrong.details.applicationError.code, 'UNAUTHENTICATED');
  const foreign = await thrown(
    other(given.token, '00000000-0000-4000-8000-000000000000').abandonedCheckouts.getAbandonedCheckout(given.sample),
  );
  assert.equal(foreign.details.applicationError.code, 'PERMISSION_DENIED');
});

const appClient = (more) =>
  createClient({
    modules: { abandonedCheckouts },
    auth: AppStrategy({ appId: given.appId, appSecret: given.appSecret, publicKey: given.publicKey, ...more }),
    fetch: toLocal,
  });

check('AppStrategy gets its token by instance id', async () => {
  const one = await appClient({ instanceId: given.instanceId }).abandonedCheckouts.getAbandonedCheckout(given.sample);
  assert.equal(one._id, given.sample);
});

check('AppStrategy gets its token by refresh token', async () => {
  const one = await appClient({ refreshToken: given.refreshToken }).abandonedCheckouts.getAbandonedCheckout(given.sample);
  assert.equal(one._id, given.sample);
});

check('a visitor of OAuthStrategy may not read', async () => {
  const visitor = createClient({
    modules: { abandonedCheckouts },
    auth: OAuthStrategy({ clientId: given.appId }),
    fetch: toLocal,
  });
  const error = await thrown(visitor.abandonedCheckouts.getAbandonedCheckout(given.sample));
  assert.equal(error.details.applicationError.code, 'PERMISSION_DENIED');
});

for (const [slug, handler] of [
  ['created', 'onAbandonedCheckoutCreated'],
  ['updated', 'onAbandonedCheckoutUpdated'],
  ['deleted', 'onAbandonedCheckoutDeleted'],
  ['recovered', 'onAbandonedCheckoutRecovered'],
]) {
  check(`webhooks.process takes ${slug}`, async () => {
    const receiver = appClient({});
    const heard = [];
    receiver.abandonedCheckouts[handler]((event) => heard.push(event));
    await receiver.webhooks.process(given.events[slug]);
    assert.equal(heard.length, 1);
    const [event] = heard;
    const entity = slug === 'recovered' ? event.data.abandonedCheckout : event.entity;
    assert.equal(entity._id, given.sample);
    assert.ok(entity._createdDate instanceof Date);
    assert.equal(event.metadata.instanceId, given.instanceId);
    assert.equal(event.metadata.entityId, given.sample);
    assert.equal(event.metadata.slug, slug);
    assert.equal(event.metadata.accountInfo.siteId, given.siteId);
    assert.equal(event.metadata.identity.identityType, 'APP');
    assert.ok(event.metadata.eventTime instanceof Date);
    assert.equal(event.metadata.entityEventSequence, '7');
  });
}

check('an older SDK and package read and page under /v1', async () => {
  const old = await import('old-sdk');
  const module = await import('old-ecom-abandoned-checkouts');
  const seen = [];
  const around = globalThis.fetch;
  globalThis.fetch = (address, init) => {
    seen.push(new URL(address).pathname);
    return around(address, init);
  };
  const host = { apiBaseUrl: base.host };
  const auth = old.ApiKeyStrategy({ apiKey: given.token, siteId: given.siteId });
  const api = old.createClient({ modules: { module }, auth, host }).module;
  const one = await api.getAbandonedCheckout(given.sample);
  assert.equal(one._id, given.sample);
  const page = await api.queryAbandonedCheckouts().limit(2).find();
  assert.equal(page.items.length, 2);
  assert.equal((await page.next()).items.length, 2);
  globalThis.fetch = around;
  assert.ok(seen.every((path) => path.startsWith('/v1/')), seen.join(' '));
});

for (const [name, run] of checks) {
  try {
    await run();
    console.log(JSON.stringify({ name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, ok: false, problem: error.stack ?? String(error), details: error.details }));
  }
}
