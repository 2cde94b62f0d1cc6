import { outputKey, outputStem, placesByKey } from '@tributary/events';
import { compilePattern } from '@tributary/events/pattern';
import { extensionsOf } from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import { describeSource } from '../check/keys.ts';
import { type ChainGraph, describePlace } from '../graph.ts';
import { rulePattern, sourcePattern } from '../pattern/rule-pattern.ts';

/** An object that might come. */
export interface AskedObject {
  /** Any bucket if left out. */
  bucket?: string;
  key: string;
  /** Bytes. */
  size: number;
}

/**
 * What a chain would do with an object and why, a line each: whether its source takes it, which steps it starts, and what each
 * would write and start in turn, by outcome.
 */
export function explainKey(graph: ChainGraph, asked: AskedObject): string[] {
  const { chain } = graph;
  const event = createdEvent({ ...asked, bucket: asked.bucket ?? chain.source.bucket });
  if (!compilePattern(sourcePattern(chain.source))(event))
    return [`${chain.name}: no, ${refusalOf(graph, asked)}`];
  return [
    `${chain.name}: yes, it is of ${describeSource(chain)}`,
    ...graph.next().flatMap((step) => {
      if (compilePattern(rulePattern(chain, step))(event))
        return stepLines(graph, step, asked.key, chain.source.prefix, 1);
      return [`  ${step.name} does not start: its \`when\` is not met: ${JSON.stringify(step.when)}`];
    }),
  ];
}

function refusalOf({ chain: { source } }: ChainGraph, { bucket, key }: AskedObject): string {
  if (bucket !== undefined && bucket !== source.bucket) return `its source is bucket ${source.bucket}`;
  if (!key.startsWith(source.prefix)) return `the key does not begin with ${JSON.stringify(source.prefix)}`;
  return `the key does not end in ${source.suffixes.join(' or ')}`;
}

function stepLines(
  graph: ChainGraph,
  step: ChainStep,
  key: string,
  sourcePrefix: string,
  depth: number,
): string[] {
  const indent = '  '.repeat(depth);
  const written = step.converter.passesOn?.(step.parsed)
    ? { key, prefix: sourcePrefix, text: 'passes it on as it is, if it is good' }
    : writtenBy(step, key, sourcePrefix);
  const next = graph.next(step).flatMap((follower) => {
    const { outcome } = follower.after!;
    const condition = follower.when ? ` and ${JSON.stringify(follower.when)}` : '';
    const good = outcome === 'completed';
    return [
      `${indent}  if ${outcome}${condition}:`,
      ...stepLines(
        graph,
        follower,
        good ? written.key : key,
        good ? written.prefix : sourcePrefix,
        depth + 2,
      ),
    ];
  });
  return [`${indent}${step.name} (${step.service}) ${written.text}`, ...next];
}

/** Where a step writes what it makes of a key; parts of the day of arrival stay placeholders. */
function writtenBy({ converter, parsed, output }: ChainStep, key: string, sourcePrefix: string) {
  const [extension] = extensionsOf(converter, parsed);
  const { prefix, folder = '' } = output;
  const byKey = placesByKey(folder);
  const whole = prefix + fillByKey(folder, key, sourcePrefix);
  const from = byKey ? key.slice(0, key.lastIndexOf('/') + 1) : sourcePrefix;
  const target = outputKey({ key, sourcePrefix: from, prefix: whole, extension });
  const several = converter.writesParts?.(parsed);
  const place = several
    ? `files under ${describePlace({ bucket: output.bucket, prefix: whole })}`
    : `s3://${output.bucket}/${target}`;
  return {
    key: target,
    prefix: whole,
    text: `writes ${place}; bad rows to s3://${output.bucket}/${prefix}_rejects/`,
  };
}

function fillByKey(folder: string, key: string, sourcePrefix: string): string {
  const relative = key.startsWith(sourcePrefix) ? key.slice(sourcePrefix.length) : key;
  const folders = relative.slice(0, relative.lastIndexOf('/') + 1);
  const parts = folders.split('/').filter(Boolean);
  return folder
    .replaceAll('{folder}', folders)
    .replaceAll('{name}', outputStem({ key, sourcePrefix }).slice(folders.length))
    .replaceAll(/\{([1-9])\}/g, (whole, number) => parts[Number(number) - 1] ?? whole);
}

/** An event like S3's, as far as a pattern may look into it. */
function createdEvent({ bucket, key, size }: Required<AskedObject>): object {
  return {
    version: '0',
    id: '00000000-0000-0000-0000-000000000000',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '1970-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag: '', sequencer: '00' },
      reason: 'PutObject',
    },
  };
}
