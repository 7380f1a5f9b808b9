// Shopify's own library reads a delivery: JSON lines of {secret, headers, body} come in, its verdicts go out.
import '@shopify/shopify-api/adapters/web-api';
import { shopifyApi, ApiVersion } from '@shopify/shopify-api';
import { readFileSync } from 'node:fs';

for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const { secret, headers, body } = JSON.parse(line);
  const shopify = shopifyApi({
    apiKey: 'key',
    apiSecretKey: secret,
    scopes: ['read_orders'],
    hostName: 'app.example.com',
    apiVersion: ApiVersion.July26 ?? Object.values(ApiVersion).at(-1),
    isEmbeddedApp: false,
    logger: { log: () => {} },
  });
  const rawRequest = new Request('https://app.example.com/webhooks', { method: 'POST', headers, body });
  const verdict = await shopify.webhooks.validate({ rawBody: body, rawRequest });
  console.log(JSON.stringify(verdict));
}
