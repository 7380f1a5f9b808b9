// General GraphQL clients, and the tools that read a schema by introspection.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, ServerError, gql as apollo } from '@apollo/client/core';
import { diff, validate } from '@graphql-inspector/core';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { buildClientSchema, buildSchema, getIntrospectionQuery, parse, printSchema, validateSchema } from 'graphql';
import { ClientError, GraphQLClient } from 'graphql-request';
import { COUNT, NODE, PAGE, UNKNOWN, allNames, endpoint, everyName, given, id, run, thrown, token } from './ask.mjs';

const checks = [];
const check = (name, body) => checks.push([name, body]);

const apolloClient = (headers = token) =>
  new ApolloClient({ link: new HttpLink({ uri: endpoint, headers }), cache: new InMemoryCache() });

check('Apollo Client reads every page and keeps nodes by their ids', async () => {
  const client = apolloClient();
  const names = await everyName(
    async (variables) => (await client.query({ query: apollo(PAGE), variables })).data.abandonedCheckouts,
  );
  assert.deepEqual(names, allNames);
  const kept = client.cache.extract();
  assert.equal(kept[`AbandonedCheckout:${id(1)}`].name, '#1');
  const { data } = await client.query({ query: apollo(NODE), variables: { id: id(2) } });
  assert.equal(data.node.__typename, 'AbandonedCheckout');
});

check('Apollo Client throws errors and bad tokens', async () => {
  const error = await thrown(apolloClient().query({ query: apollo(UNKNOWN) }));
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, 'undefinedField');
  const refused = await thrown(apolloClient({}).query({ query: apollo(COUNT) }));
  assert.ok(ServerError.is(refused), String(refused));
  assert.equal(refused.statusCode, 401);
});

const urql = (headers = token) =>
  new Client({ url: endpoint, preferGetMethod: false, exchanges: [cacheExchange, fetchExchange], fetchOptions: { headers } });

check('urql reads every page, a node and a count', async () => {
  const client = urql();
  const asked = async (document, variables) => {
    const { data, error } = await client.query(document, variables).toPromise();
    assert.equal(error, undefined);
    return data;
  };
  assert.deepEqual(await everyName(async (variables) => (await asked(PAGE, variables)).abandonedCheckouts), allNames);
  assert.equal((await asked(NODE, { id: id(3) })).node.name, '#3');
  assert.equal((await asked(COUNT, {})).abandonedCheckoutsCount.count, given.checkouts);
});

check('urql tells errors and bad tokens', async () => {
  const unknown = await urql().query(UNKNOWN, {}).toPromise();
  assert.equal(unknown.error.graphQLErrors[0].extensions.code, 'undefinedField');
  const refused = await urql({}).query(COUNT, {}).toPromise();
  assert.equal(refused.error.response.status, 401);
});

check('graphql-request reads every page, a node and a count', async () => {
  const client = new GraphQLClient(endpoint, { headers: token });
  const names = await everyName(async (variables) => (await client.request(PAGE, variables)).abandonedCheckouts);
  assert.deepEqual(names, allNames);
  assert.equal((await client.request(NODE, { id: id(4) })).node.name, '#4');
  assert.equal((await client.request(COUNT)).abandonedCheckoutsCount.count, given.checkouts);
});

check('graphql-request throws errors and bad tokens', async () => {
  const error = await thrown(new GraphQLClient(endpoint, { headers: token }).request(UNKNOWN));
  assert.ok(error instanceof ClientError);
  assert.equal(error.response.errors[0].extensions.code, 'undefinedField');
  assert.equal((await thrown(new GraphQLClient(endpoint).request(COUNT))).response.status, 401);
});

const introspected = async (version = given.version) => {
  const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true });
  const answer = await new GraphQLClient(endpoint.replace(given.version, version), { headers: token }).request(query);
  return buildClientSchema(answer);
};

check('introspection gives the whole, valid schema', async () => {
  // schema.graphql has what every version has together, which is what unstable serves.
  const schema = await introspected('unstable');
  assert.deepEqual(validateSchema(schema), []);
  const kept = buildSchema(readFileSync(given.schema, 'utf8'));
  // Introspection has fields for deprecations, and no directives to compare.
  const changes = (await diff(kept, schema)).filter((change) => !change.type.startsWith('DIRECTIVE_USAGE'));
  assert.deepEqual(changes.map((change) => change.message), []);
});

check('graphql-inspector finds the documents of clients valid, and their deprecated fields', async () => {
  const schema = buildSchema(printSchema(await introspected()));
  const source = (body) => ({ body, name: body.slice(0, 20), locationInfo: { line: 1, column: 1 }, document: parse(body) });
  assert.deepEqual(validate(schema, [PAGE, NODE, COUNT].map(source)), []);
  const [found] = validate(schema, [source('{ abandonedCheckouts(first: 1) { nodes { lineItemsQuantity } } }')]);
  assert.match(found.deprecated[0].message, /lineItemsQuantity/);
});

await run(checks);
