// One cold start: imports the bundle in argv, hands it the payload in argv, and prints when the first byte of the
// input was there. Milliseconds from before the import; `processor` is its time until that byte.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const [bundle, payload] = process.argv.slice(2) as [string, string];
const start = performance.now();
const spent = process.cpuUsage();
let imported = 0;
subscribe('http.client.response.finish', (message) => {
  if ((message as { request: ClientRequest }).request.method !== 'GET') return;
  const { user, system } = process.cpuUsage(spent);
  process.send?.({ imported, firstByte: performance.now() - start, processor: (user + system) / 1_000 });
});
const { handler } = (await import(bundle)) as { handler: (...given: unknown[]) => Promise<unknown> };
imported = performance.now() - start;
await handler(JSON.parse(payload), {
  awsRequestId: 'cold-start',
  functionName: 'cold-start',
  getRemainingTimeInMillis: () => 30_000,
});
process.disconnect();
