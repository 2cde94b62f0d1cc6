import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LINEITEM_SCHEMA } from './lineitem.ts';

const command = join(import.meta.dirname, '../../packages/cli/bin/tributary.mjs');

/** Makes a Parquet file of a CSV file of lineitem, as the command that is built does. */
export async function lineitemParquet(csv: string, parquet: string): Promise<void> {
  const options = `${parquet}.json`;
  writeFileSync(options, JSON.stringify({ schema: LINEITEM_SCHEMA }));
  const convert = [command, 'convert', 'csv-to-parquet', '--quiet', '--options', options, csv, parquet];
  await promisify(execFile)(process.execPath, convert);
  rmSync(options);
}
