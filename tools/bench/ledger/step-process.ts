// A service in a process of its own, invoked on message: as it is, or with nobody told of what it does.
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import type { Envelope } from '@tributary/events';
import { createClients, serve } from '@tributary/service';

const observed = process.argv[2] === 'observed';
const clients = createClients();
if (!observed) {
  clients.eventBridge = () =>
    Promise.resolve({
      send: async ({ input }: { input: { Entries: unknown[] } }) => ({
        FailedEntryCount: 0,
        Entries: input.Entries.map(() => ({ EventId: 'none' })),
      }),
    } as never);
}
const handler = serve(
  fixedWidthToTsv,
  { version: '0.1.0' },
  { clients, bus: 'tributary-dev', build: 'bench' },
);

process.on('message', async ({ payload, id }: { payload: Envelope; id: string }) => {
  const begin = performance.now();
  await handler(payload, {
    awsRequestId: id,
    functionName: 'bench',
    getRemainingTimeInMillis: () => 900_000,
  });
  process.send!(performance.now() - begin);
});
process.send!('ready');
