// What every client here asks, and how a check is told to the tests: one line of JSON each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

// base, shop, version, token, checkouts and closed (how many), wrongToken, poorToken (without read_orders),
// eagerToken (whose bucket GET /drain empties)
export const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
export const endpoint = `${given.base}/admin/api/${given.version}/graphql.json`;
export const token = { 'X-Shopify-Access-Token': given.token };

export const PAGE = `query Page($first: Int!, $after: String, $query: String) {
  abandonedCheckouts(first: $first, after: $after, query: $query) {
    edges { cursor node { id name createdAt totalPriceSet { shopMoney { amount currencyCode } } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const NODE = `query Node($id: ID!) { node(id: $id) { id ... on AbandonedCheckout { name lineItems(first: 2) { nodes { title } } } } }`;
export const COUNT = `query Count($query: String) { abandonedCheckoutsCount(query: $query) { count precision } }`;
export const UNKNOWN = `{ abandonedCheckouts(first: 1) { nodes { id email } } }`;

export const id = (number) => `gid://shopify/AbandonedCheckout/${number}`;

// Read all pages with `page(variables)`, which gives the connection; the names of what was read.
export const everyName = async (page) => {
  const names = [];
  let after = null;
  for (;;) {
    const { edges, pageInfo } = await page({ first: 5, after, query: null });
    names.push(...edges.map((edge) => edge.node.name));
    assert.ok(edges.every((edge) => edge.cursor));
    if (!pageInfo.hasNextPage) return names;
    assert.equal(pageInfo.endCursor, edges.at(-1).cursor);
    after = pageInfo.endCursor;
  }
};
export const allNames = [...Array(given.checkouts)].map((_, place) => `#${place + 1}`);

export const thrown = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
};

export const run = async (checks) => {
  for (const [name, body] of checks) {
    let problem = null;
    try {
      await body();
    } catch (error) {
      problem = String(error?.stack ?? error);
    }
    process.stdout.write(`${JSON.stringify({ name, problem })}\n`);
  }
  process.exit(0);
};
