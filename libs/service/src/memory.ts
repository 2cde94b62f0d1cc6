import { isDeepStrictEqual } from 'node:util';
import { compareSequencers } from '@tributary/events';
import * as z from 'zod';
import type { CompanionTools } from './companions.ts';
import { Transient } from './errors.ts';
import { putText, readText } from './small-object.ts';
import { type Place, whileContended } from './standing-object.ts';

/** Of one value, as JSON. */
const maxBytes = 256 * 1024;
/** Enough for files that overtake each other, and for an old one to be judged again by what came before it. */
const maxEntries = 8;

/** When the object at the head of a run came. S3 orders sequencers within one key only, so time goes first. */
export interface Moment {
  /** RFC 3339, whole seconds; the same for every delivery. */
  time: string;
  sequencer: string;
  /** `s3://bucket/key`. */
  object: string;
}

const value = z.record(z.string(), z.unknown());
const memory = z.object({
  version: z.literal(1),
  /** From the newest on. */
  entries: z.array(z.object({ time: z.string(), sequencer: z.string(), object: z.string(), value })),
});

type Entry = z.output<typeof memory>['entries'][number];

/** What was remembered of the files of a source, as one of them finds it. */
export interface Recollection {
  /** Of the newest accepted file that came before this one; undefined if there was none. */
  value: Record<string, unknown> | undefined;
  entries: readonly Entry[];
  etag: string | undefined;
}

/**
 * Reads what earlier files have left. A delivery that comes again finds the same: what it has left itself, and what later
 * files have, is not earlier than it.
 * @throws {Transient} `s3-failed`, `output-unreadable`
 */
export async function recall(
  place: Place,
  moment: Moment,
  { s3, signal, sure }: Pick<CompanionTools, 's3' | 'signal'> & { sure?: boolean },
): Promise<Recollection> {
  const found = await readText(s3, place, { signal, sure });
  const entries = found === undefined ? [] : readEntries(found.text);
  const before = entries.find((entry) => compareMoments(entry, moment) < 0);
  return { value: before?.value, entries, etag: found?.object.etag };
}

/**
 * Leaves a value for later files, unless it is what they find anyway. It is of use and no more: what is too long, or keeps
 * being written by others, is told and left out.
 * @throws {Transient} `s3-failed`, `output-unreadable`
 */
export async function remember(
  place: Place,
  moment: Moment,
  left: Readonly<Record<string, unknown>>,
  recollection: Recollection,
  tools: CompanionTools,
): Promise<void> {
  const { s3, signal, warn } = tools;
  const bytes = Buffer.byteLength(JSON.stringify(left));
  if (bytes > maxBytes) return warn('What is to be remembered is too long', { bytes, maxBytes });
  const kept = JSON.parse(JSON.stringify(left)) as Record<string, unknown>;
  // Judged anew, by other options for instance, the same file may have left something else before.
  const own = recollection.entries.find((entry) => compareMoments(entry, moment) === 0);
  if (isDeepStrictEqual(kept, own ? own.value : recollection.value)) return;
  let there = recollection;
  try {
    await whileContended(place, signal, async (sure) => {
      if (sure !== undefined) there = await recall(place, moment, { s3, signal, sure });
      const others = there.entries.filter((entry) => compareMoments(entry, moment) !== 0);
      const entries = [...others, { ...moment, value: kept }].sort((a, b) => compareMoments(b, a));
      const text = `${JSON.stringify({ version: 1, entries: entries.slice(0, maxEntries) }, null, 1)}\n`;
      const condition = there.etag === undefined ? ({ absent: true } as const) : { etag: there.etag };
      await putText(s3, place, text, condition, {}, signal);
    });
  } catch (error) {
    if (!(error instanceof Transient) || error.code !== 'output-contended') throw error;
    warn('What is to be remembered could not be written', { error });
  }
}

function compareMoments(a: Moment, b: Moment): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  const age = compareSequencers(a.sequencer, b.sequencer);
  if (age !== 0 || a.object === b.object) return age;
  return a.object < b.object ? -1 : 1;
}

/** Of what is no memory of ours, nothing: it is written over. */
function readEntries(text: string): Entry[] {
  try {
    return memory.parse(JSON.parse(text)).entries;
  } catch {
    return [];
  }
}
