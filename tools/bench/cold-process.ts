// What a new Lambda process does first: imports the bundle, then handles an event. Tells when it did what.
import { join } from 'node:path';

const now = () => performance.timeOrigin + performance.now();
const bundle = join(import.meta.dirname, `../../services/${process.env.COLD_SERVICE}/dist/handler.mjs`);

const begin = now();
const { handler } = await import(bundle);
const imported = now();
await handler(JSON.parse(process.env.COLD_EVENT!), {
  awsRequestId: 'cold',
  functionName: 'cold',
  getRemainingTimeInMillis: () => 60_000,
});
process.send!({ begin, imported, done: now() }, () => process.exit());
