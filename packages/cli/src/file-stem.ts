import { basename } from 'node:path';

const compressionExtension = /\.(?:gz|gzip|zst|zstd|bz2|xz|z)$/i;
/** As the services know them (`outputKey` of libs/events): any other ending is part of the name, as in `drives.jan`. */
const formatExtension =
  /\.(?:txt|text|dat|data|csv|tsv|tab|psv|prn|asc|ascii|fwf|fix|log|json|jsonl|ndjson|parquet)$/i;

/** What files made of one of this name are called, before their own ending. */
export function fileStem(name: string): string {
  const stem = name.replace(compressionExtension, '').replace(formatExtension, '');
  return stem === '' ? name : stem;
}

/** What an input is called: its name without folders, or `stdin`. */
export function nameOf(from: string): string {
  return from === '-' ? 'stdin' : basename(from);
}
