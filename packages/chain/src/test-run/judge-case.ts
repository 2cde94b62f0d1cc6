import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ChainGraph } from '../graph.ts';
import type { TestCase } from './case-shape.ts';
import type { Flow } from './flow.ts';

/** What of a case does not hold. @param s3 folder of the buckets */
export async function judgeCase(graph: ChainGraph, one: TestCase, flow: Flow, s3: string): Promise<string[]> {
  const faults = [...flow.faults, ...judgeSteps(one, flow), ...judgeEvents(one, flow)];
  for (const object of one.objects) faults.push(...(await judgeObject(graph, object, s3)));
  return faults;
}

function judgeSteps({ steps }: TestCase, flow: Flow): string[] {
  const fired = flow.fired();
  return [
    ...steps.filter((step) => !fired.includes(step)).map((step) => `${step} did not start`),
    ...fired.filter((step) => !steps.includes(step)).map((step) => `${step} started, which it must not`),
  ];
}

function judgeEvents({ events }: TestCase, flow: Flow): string[] {
  return events.flatMap(({ step, type, detail }) => {
    const told = flow.events.filter((event) => event.step === step);
    const same = told.filter((event) => event.type === type);
    if (same.length === 0)
      return [`${step} told no ${type}, but ${told.map((event) => event.type).join(', ') || 'nothing'}`];
    const differences = same.map((event) => differenceOf(detail, event.detail, 'detail'));
    return differences.some((difference) => difference === undefined)
      ? []
      : [`${step}, ${type}: ${differences.at(-1)}`];
  });
}

async function judgeObject(
  { chain, steps }: ChainGraph,
  { bucket, key, text, rows, values }: TestCase['objects'][number],
  s3: string,
): Promise<string[]> {
  const place = bucket ?? steps[0]?.output.bucket ?? chain.source.bucket;
  const at = `s3://${place}/${key}`;
  const [found] = globSync(key, { cwd: join(s3, place) });
  if (found === undefined) return [`${at} is not there`];
  const path = join(s3, place, found);
  const faults: string[] = [];
  if (text !== undefined) {
    const difference = differenceOf(text, readFileSync(path, 'utf8'), at);
    if (difference !== undefined) faults.push(difference);
  }
  if (rows === undefined && values === undefined) return faults;
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const count = Number(metadata.num_rows);
  if (rows !== undefined && count !== rows) faults.push(`${at}: expected ${rows} rows, got ${count}`);
  if (values !== undefined) {
    const got = await parquetReadObjects({ file, metadata, compressors, rowStart: 0, rowEnd: values.length });
    for (const [index, row] of values.entries()) {
      const difference = differenceOf(row, plain(got[index]), `${at}, row ${index + 1}`);
      if (difference !== undefined) faults.push(difference);
    }
  }
  return faults;
}

/** The first thing that must be so and is not; what is not asked for does not matter. */
function differenceOf(wanted: unknown, got: unknown, at: string): string | undefined {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
    if (isDeepStrictEqual(wanted, got)) return undefined;
    return `${at}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got) ?? 'nothing'}`;
  }
  for (const [name, value] of Object.entries(wanted)) {
    const difference = differenceOf(
      value,
      (got as Record<string, unknown> | undefined)?.[name],
      `${at}.${name}`,
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Values as YAML can write them: numbers where they are exact, dates as text. */
function plain(row: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => {
      if (typeof value === 'bigint')
        return [name, Number.isSafeInteger(Number(value)) ? Number(value) : String(value)];
      if (!(value instanceof Date)) return [name, value];
      const text = value.toISOString();
      return [name, text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text];
    }),
  );
}
