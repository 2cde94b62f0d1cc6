import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { Transient } from './errors.ts';
import { sleep } from './waiting.ts';

/** PutEvents takes this many entries at once. */
const maxEntries = 10;

/**
 * Puts events on their bus. A 200 of PutEvents says nothing of the single entry, so each is checked, and only those
 * that failed are sent again, with growing pauses.
 * @throws {Transient} `events-not-put` if some entry still fails after `attempts`
 */
export async function announce(
  client: () => Promise<EventBridgeClient>,
  entries: readonly PutEventsRequestEntry[],
  { attempts = 5, pauseMs = 100, signal }: { attempts?: number; pauseMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const [bridge, { PutEventsCommand }] = await Promise.all([client(), import('@aws-sdk/client-eventbridge')]);
  let waiting = [...entries];
  for (let attempt = 1; waiting.length > 0; attempt++) {
    const failed: PutEventsRequestEntry[] = [];
    const reasons = new Set<string>();
    for (let at = 0; at < waiting.length; at += maxEntries) {
      const batch = waiting.slice(at, at + maxEntries);
      try {
        const answer = await bridge.send(
          new PutEventsCommand({ Entries: batch }),
          signal ? { abortSignal: signal } : {},
        );
        for (const [index, entry] of batch.entries()) {
          const result = answer.Entries?.[index];
          if (result?.EventId !== undefined && result.ErrorCode === undefined) continue;
          failed.push(entry);
          reasons.add(`${result?.ErrorCode ?? 'no result'}: ${result?.ErrorMessage ?? ''}`);
        }
      } catch (error) {
        signal?.throwIfAborted();
        failed.push(...batch);
        reasons.add(String(error));
      }
    }
    if (failed.length > 0 && attempt >= attempts) {
      throw new Transient({
        code: 'events-not-put',
        what: `${failed.length} of ${entries.length} events were not taken after ${attempts} tries`,
        got: [...reasons].join('; '),
      });
    }
    waiting = failed;
    if (waiting.length > 0) await sleep(pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), signal);
  }
}
