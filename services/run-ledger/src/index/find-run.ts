import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { RunSummary } from '@tributary/events/ledger';
import { escapeValue } from '../record/ledger-keys.ts';
import { inParallel, listFolders } from './run-events.ts';

/** Chains and days to look through for a run that is too old for the index. */
const maxFolders = 5_000;

/**
 * Where the events of a run lie that the index does not know: a look into each day of each chain; into the latest days, if
 * they are too many.
 */
export async function findRun(
  s3: S3Client,
  bucket: string,
  id: string,
  most = maxFolders,
): Promise<Pick<RunSummary, 'id' | 'chains' | 'startedAt' | 'updatedAt'> | undefined> {
  const chains = await listFolders(s3, bucket, 'ledger/');
  const days = (await inParallel(chains, (chain) => listFolders(s3, bucket, chain)))
    .flat()
    .sort((a, b) => (dateOf(a) < dateOf(b) ? -1 : dateOf(a) > dateOf(b) ? 1 : 0))
    .slice(-most);
  const found = await inParallel(days, async (day) => {
    const prefix = `${day}run=${escapeValue(id)}/`;
    const { KeyCount = 0 } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }),
    );
    return KeyCount > 0 ? /chain=([^/]+)\/date=([^/]+)\//.exec(day) : null;
  });
  const places = found.flatMap((match) =>
    match ? [{ chain: decodeURIComponent(match[1]!), date: match[2]! }] : [],
  );
  if (places.length === 0) return undefined;
  const dates = places.map(({ date }) => date).sort();
  return {
    id,
    chains: [...new Set(places.map(({ chain }) => chain))].sort(),
    startedAt: `${dates[0]}T00:00:00.000Z`,
    updatedAt: `${dates.at(-1)}T23:59:59.999Z`,
  };
}

function dateOf(day: string): string {
  return /date=([^/]+)\/$/.exec(day)?.[1] ?? '';
}
