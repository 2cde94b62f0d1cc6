import type { Ledger } from './ledger.ts';
import type { ObjectRecord } from './records.ts';

/** What a listing gives, in the order of the keys' UTF-8 bytes. */
export interface Listing<T> {
  items: T[];
  prefixes: string[];
  /** The last thing listed, if there is more. */
  next: Place | undefined;
}

/** A place in a listing: after a key (and a version of it), or after all that begins with a common prefix. */
export interface Place {
  key?: string;
  sequencer?: string;
  prefix?: string;
}

export interface ListingQuery {
  bucket: string;
  prefix: string;
  /** Empty: none. */
  delimiter: string;
  after: Place | undefined;
  max: number;
}

/** Lists the live objects of a bucket. */
export function listObjects(ledger: Ledger, query: ListingQuery): Listing<ObjectRecord> {
  return roll(query, (from, inclusive, _before, limit) => ledger.list(query.bucket, from, inclusive, limit));
}

/** Lists all versions and delete markers, the newest of a key first. */
export function listVersions(ledger: Ledger, query: ListingQuery): Listing<ObjectRecord> {
  return roll(query, (from, inclusive, before, limit) =>
    ledger.listVersions(query.bucket, from, inclusive, before, limit),
  );
}

type Fetch = (
  from: Uint8Array,
  inclusive: boolean,
  before: string | undefined,
  limit: number,
) => ObjectRecord[];

function roll({ prefix, delimiter, after, max }: ListingQuery, fetch: Fetch): Listing<ObjectRecord> {
  const listing: Listing<ObjectRecord> = { items: [], prefixes: [], next: undefined };
  if (max === 0) return listing;
  let { from, inclusive, before } = beginning(prefix, after);
  let last: Place | undefined;
  for (let count = 0; ; ) {
    const limit = Math.min(max - count + 1, 1000);
    const batch = fetch(from, inclusive, before, limit);
    let rolled = false;
    for (const record of batch) {
      if (!record.key.startsWith(prefix)) return listing;
      const common = commonPrefix(record.key, prefix, delimiter);
      // A marker that is itself a common prefix stands behind all of it.
      const passed = common !== undefined && common === after?.key;
      if (count === max && !passed) {
        listing.next = last;
        return listing;
      }
      if (common !== undefined) {
        // Straight to what follows the prefix, however much it holds.
        from = successor(common);
        inclusive = true;
        before = undefined;
        rolled = true;
        if (passed) break;
        listing.prefixes.push(common);
        last = { prefix: common };
        count++;
        break;
      }
      listing.items.push(record);
      last = { key: record.key, sequencer: record.sequencer };
      count++;
      from = Buffer.from(record.key);
      inclusive = false;
      before = record.sequencer;
    }
    if (!rolled && batch.length < limit) return listing;
  }
}

function beginning(
  prefix: string,
  after: Place | undefined,
): { from: Uint8Array; inclusive: boolean; before: string | undefined } {
  if (after?.prefix !== undefined)
    return { from: successor(after.prefix), inclusive: true, before: undefined };
  const start = Buffer.from(prefix);
  if (after?.key === undefined) return { from: start, inclusive: true, before: undefined };
  const place = Buffer.from(after.key);
  return Buffer.compare(place, start) < 0
    ? { from: start, inclusive: true, before: undefined }
    : { from: place, inclusive: false, before: after.sequencer };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The first byte string after all that begin with this one; UTF-8 has no byte 255. */
function successor(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) + 1;
  return bytes;
}

/** A place as an opaque token, and back. */
export function writeToken(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

export function readToken(token: string): Place | undefined {
  try {
    const place = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown;
    return typeof place === 'object' && place !== null ? place : undefined;
  } catch {
    return undefined;
  }
}
