// A recovery app in 60 lines of JavaScript, without packages: it reminds each buyer once.
//
//     SHOP_URL=http://127.0.0.1:8000 TOKEN=… SECRET=… APP_URL=http://127.0.0.1:9000 node recovery-app.mjs
//
// Webhooks only say that it is time to look; the API says what is true now. So a webhook that is lost, late or repeated
// does no harm, and a buyer who has bought meanwhile gets no mail.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { SHOP_URL, TOKEN, SECRET, APP_URL } = process.env;
const SUBSCRIBE = `mutation($uri: String!) { webhookSubscriptionCreate(topic: CHECKOUTS_UPDATE,
  webhookSubscription: {uri: $uri}) { userErrors { message } } }`;
const LOST = `query($after: String) { abandonedCheckouts(first: 50, after: $after, query: "recovery_state:not_recovered") {
  pageInfo { hasNextPage endCursor }
  nodes { id abandonedCheckoutUrl customer { firstName defaultEmailAddress { emailAddress } } } } }`;
const reminded = new Set(); // A real app keeps this in its database.

async function graphql(query, variables = {}) {
  for (;;) {
    const response = await fetch(`${SHOP_URL}/admin/api/2026-10/graphql.json`, {
      method: "POST",
      headers: { "X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = await response.json();
    if (!errors.some((each) => each.extensions?.code === "THROTTLED")) return data;
    await new Promise((resolve) => setTimeout(resolve, 1000)); // 100 points come back per second.
  }
}

async function remindAll() {
  for (let after = null; ; ) {
    const { nodes, pageInfo } = (await graphql(LOST, { after })).abandonedCheckouts;
    for (const { id, abandonedCheckoutUrl, customer } of nodes) {
      const to = customer?.defaultEmailAddress?.emailAddress;
      if (!to || reminded.has(id)) continue;
      reminded.add(id);
      console.log(JSON.stringify({ to, link: abandonedCheckoutUrl })); // Send it here.
    }
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

let wake = () => {};
createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const expected = createHmac("sha256", SECRET).update(Buffer.concat(parts)).digest();
  const given = Buffer.from(request.headers["x-shopify-hmac-sha256"] ?? "", "base64");
  const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
  response.writeHead(isGenuine ? 200 : 401).end();
  if (isGenuine) wake();
}).listen(Number(new URL(APP_URL).port), "127.0.0.1", async () => {
  await graphql(SUBSCRIBE, { uri: `${APP_URL}/webhooks` });
  for (;;) {
    const woken = new Promise((resolve) => (wake = resolve));
    await remindAll();
    // A checkout that becomes abandoned sends no webhook, so look every minute, too.
    await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, 60_000))]);
  }
});
