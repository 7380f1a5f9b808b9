// Mercurius with its just-in-time compiler, from the first request on.
const { resolvers, spent, typeDefs } = require("./checkouts");
const app = require("fastify")();

app.register(require("mercurius"), {
  schema: typeDefs,
  resolvers: { ...resolvers, Node: { resolveType: (object) => object.__typename } },
  jit: 1,
  path: "/admin/api/2026-10/graphql.json",
});
app.get("/cpu", async () => spent());
app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
