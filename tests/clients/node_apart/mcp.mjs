// A client of the MCP server shopify-mcp: its tools, and what they answer.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [port, domain, clientId, clientSecret, ...calls] = process.argv.slice(2);
const command = ['--import', './here.mjs', 'node_modules/shopify-mcp/dist/index.js'];
const app = [`--clientId=${clientId}`, `--clientSecret=${clientSecret}`];
const options = [`--domain=${domain}`, ...app, '--apiVersion=2026-10'];
const env = { ...process.env, SERVER_PORT: port };
const client = new Client({ name: 'test', version: '1' });
await client.connect(new StdioClientTransport({ command: process.execPath, args: [...command, ...options], env }));
console.log(JSON.stringify((await client.listTools()).tools.map((tool) => tool.name)));
for (const call of calls) {
  const { name, ...given } = JSON.parse(call);
  const answer = await client.callTool({ name, arguments: given });
  console.log(JSON.stringify(answer.content[0].text));
}
process.exit(0);
