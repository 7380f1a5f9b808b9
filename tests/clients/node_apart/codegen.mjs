// The types of the schema and of a client's documents, written by graphql-codegen from this server's introspection.
import { writeFileSync } from 'node:fs';
import { generate } from '@graphql-codegen/cli';

const [endpoint, token, documents, folder] = process.argv.slice(2);
const schema = { [endpoint]: { headers: { 'X-Shopify-Access-Token': token } } };
const generates = {
  [`${folder}/schema.ts`]: { plugins: ['typescript'] },
  [`${folder}/written.ts`]: { plugins: ['typescript-operations'] },
};
for (const { filename, content } of await generate({ schema, documents, silent: true, generates }, false)) {
  writeFileSync(filename, content);
}
