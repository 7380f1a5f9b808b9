// GraphQL Yoga: graphql-js executes the queries.
const { createServer } = require("http");
const { createSchema, createYoga } = require("graphql-yoga");
const { resolvers, spent, typeDefs } = require("./checkouts");

const yoga = createYoga({
  logging: false,
  graphqlEndpoint: "/admin/api/2026-10/graphql.json",
  schema: createSchema({
    typeDefs,
    resolvers: { ...resolvers, Node: { __resolveType: (object) => object.__typename } },
  }),
});
const server = createServer((request, response) => {
  if (request.url !== "/cpu") return yoga(request, response);
  const text = spent();
  response.setHeader("content-length", text.length);
  response.end(text);
});
server.listen(Number(process.argv[2]), "127.0.0.1");
