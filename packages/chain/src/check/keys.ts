import { allExtensionsOf } from '@tributary/service/deployment';
import type { Chain, ChainSource, ChainStep } from '../chain-file/chain.ts';

/** Whether what a step writes, companions included, may be among the objects of a source; the ending that is. */
export function caughtBy(source: ChainSource, { converter, parsed, output }: ChainStep): string | undefined {
  if (source.bucket !== output.bucket || !overlap(source.prefix, output.prefix)) return undefined;
  const extensions = allExtensionsOf(converter, parsed);
  if (source.suffixes.length === 0) return extensions[0];
  return extensions.find((extension) => source.suffixes.some((suffix) => sameEnd(extension, suffix)));
}

/** Whether two sources may share objects. */
export function share(a: ChainSource, b: ChainSource): boolean {
  if (a.bucket !== b.bucket || !overlap(a.prefix, b.prefix)) return false;
  if (a.suffixes.length === 0 || b.suffixes.length === 0) return true;
  return a.suffixes.some((suffix) => b.suffixes.some((other) => sameEnd(suffix, other)));
}

export function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function sameEnd(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}

export function describeSource({ source: { bucket, prefix, suffixes } }: Pick<Chain, 'source'>): string {
  const at = `s3://${bucket}/${prefix}`;
  return suffixes.length === 0 ? `${at}*` : suffixes.map((suffix) => `${at}*${suffix}`).join(', ');
}
