// One cold start: imports the bundle in argv, hands it the payload in argv, and prints when the first byte of the
// input was there. Milliseconds from before the import.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const [bundle, payload] = process.argv.slice(2) as [string, string];
const start = performance.now();
let imported = 0;
subscribe('http.client.response.finish', (message) => {
  if ((message as { request: ClientRequest }).request.method !== 'GET') return;
  process.send?.({ imported, firstByte: performance.now() - start });
});
const { handler } = (await import(bundle)) as { handler: (...given: unknown[]) => Promise<unknown> };
imported = performance.now() - start;
await handler(JSON.parse(payload), {
  awsRequestId: 'cold-start',
  functionName: 'cold-start',
  getRemainingTimeInMillis: () => 30_000,
});
process.disconnect();
