import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { runOf, runPage } from '@tributary/events/ledger';
import type { AwsEvent, LocalAws } from '@tributary/local';
import { signedFetch } from '@tributary/local/test/signed-fetch';
import { deployedLedger } from '../ledger/deployed-ledger.ts';
import { atOnce } from './at-once.ts';

/** What the bus was told of steps against what the ledger knows. Each string tells of one thing that does not agree. */
export async function ledgerFaults(
  aws: LocalAws,
  s3: S3Client,
  told: ReadonlyMap<string, AwsEvent>,
): Promise<string[]> {
  const { url, bucket } = deployedLedger(aws);
  const found = await eventFaults(s3, bucket, told);
  const runs = new Map<string, AwsEvent[]>();
  for (const event of told.values()) {
    const id = runOf([event])?.id;
    if (id === undefined) found.push(`${event.id} is of no run`);
    else runs.set(id, [...(runs.get(id) ?? []), event]);
  }
  const listed = await statesOf(aws, url);
  for (const [id, events] of runs) {
    const state = runOf(events)?.state;
    if (listed.get(id) !== state) found.push(`ledger: run ${id} is ${listed.get(id)}, told as ${state}`);
  }
  for (const id of listed.keys()) if (!runs.has(id)) found.push(`ledger: nobody told of run ${id}`);
  return found;
}

/** Every event that was told is kept once, as it was, and no other. */
async function eventFaults(
  s3: S3Client,
  Bucket: string,
  told: ReadonlyMap<string, AwsEvent>,
): Promise<string[]> {
  const found: string[] = [];
  const left = new Map(told);
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    await atOnce(Contents, async ({ Key = '', ETag = '' }) => {
      if (Key.startsWith('unreadable/')) found.push(`ledger: ${Key} was not read`);
      if (!Key.startsWith('ledger/')) return;
      const id = /([^/]*)\.json$/.exec(Key)?.[1] ?? '';
      const event = left.get(id);
      if (!event) found.push(`ledger: ${Key} was never told`);
      // The ETag is the MD5 of what is kept, which is mostly the event as it came.
      else if (ETag !== `"${md5(JSON.stringify(event))}"`) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const kept = JSON.parse(await Body!.transformToString()) as AwsEvent;
        if (!isDeepStrictEqual(kept.detail, event.detail)) found.push(`ledger: ${Key} is not what was told`);
      }
      left.delete(id);
    });
  }
  for (const { id, detail } of left.values())
    found.push(`ledger: event ${id} is not kept: ${JSON.stringify(detail).slice(0, 200)}`);
  return found;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** All runs that the ledger lists, page by page. */
async function statesOf(aws: LocalAws, url: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = new URL('v1/runs?limit=1000', url);
    if (cursor !== undefined) page.searchParams.set('cursor', cursor);
    const { runs, next } = runPage.parse(await (await signedFetch(aws, 'lambda', page.href)).json());
    for (const { id, state } of runs) states.set(id, state);
    cursor = next;
  } while (cursor !== undefined);
  return states;
}
