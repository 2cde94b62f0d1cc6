import type { LocalAws } from '@tributary/local';
import { signedFetch } from '@tributary/local/test/signed-fetch';
import { deployedLedger } from '../../ledger/deployed-ledger.ts';

/** One answer of the ledger's API over its function URL, and the milliseconds until all of it was there. */
export async function askLedger(
  aws: LocalAws,
  path: string,
): Promise<{ milliseconds: number; json: unknown }> {
  const begin = performance.now();
  const response = await signedFetch(aws, 'lambda', new URL(path, deployedLedger(aws).url).href, {
    headers: { 'accept-encoding': 'gzip' },
  });
  const text = await response.text();
  const milliseconds = performance.now() - begin;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return { milliseconds, json: JSON.parse(text) };
}
