// A process as Lambda would run it, for what only a process has: signals, and lines on stdout. The payload comes by
// TEST_PAYLOAD, the rest by the environment that a function gets.
import { serve } from '../src/serve.ts';
import { shout } from './shout-converter.ts';

const MiB = 1024 * 1024;
const handler = serve(
  shout,
  { version: '1.0.0' },
  { read: { partBytes: MiB }, write: { partBytes: 5 * MiB } },
);
await handler(JSON.parse(process.env.TEST_PAYLOAD ?? ''), {
  awsRequestId: 'request-1',
  functionName: 'shout',
  getRemainingTimeInMillis: () => 60_000,
});
