import { checkChains, compileChain, services } from '@tributary/chain';
import { parseOptions } from '@tributary/codec';
import { converters, loadConverter } from '@tributary/codec/converters';
import { TributaryError } from '@tributary/codec/errors';
import { convertAll } from '@tributary/codec/test/convert-all';
import { EventsError, parseEnvelope } from '@tributary/events';
import { runOf } from '@tributary/events/ledger';
import { compilePattern, InvalidPattern } from '@tributary/events/pattern';
import { compileTargetInput } from '@tributary/events/target-input';
import { DeployError, localAwsOptionsSchema } from '@tributary/local';
import { planStack } from '@tributary/local/cloudformation';
import { tableSchema } from '@tributary/table-schema';
import { afterEach, describe, expect, test } from 'vitest';

// JSON and YAML may name `__proto__`: at every edge it is a name like any other, or refused like any other, and never reaches a prototype.

const evil = '{"polluted":true}';
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
/** An object that has a name, by way of text. */
const withName = (name: string, rest: object = {}): Record<string, unknown> =>
  JSON.parse(
    `{${JSON.stringify(name)}:${evil},"constructor2":{"prototype":${evil}},${JSON.stringify(rest).slice(1)}`.replace(
      ',}',
      '}',
    ),
  ) as Record<string, unknown>;

afterEach(() => {
  expect('polluted' in {}).toBe(false);
  expect((Object as unknown as { polluted?: unknown }).polluted).toBeUndefined();
});

/** The value, or undefined if it was refused by an error of ours. */
async function orRefused(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const ours = [TributaryError, EventsError, InvalidPattern, DeployError].some(
      (kind) => error instanceof kind,
    );
    if (ours || (error as Error).name === 'ZodError' || (error as Error).name === '$ZodError')
      return undefined;
    throw error;
  }
}

/** Nothing in a value may have come by way of a prototype. */
function expectClean(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.hasOwn(value, 'polluted') || !('polluted' in value)).toBe(true);
  for (const inner of Object.values(value)) expectClean(inner);
}

const layout = { fields: [{ name: 'a', width: 3 }] };
const required: Record<string, object> = {
  'fixed-width-to-tsv': { layout },
  'schema-validator': { schema: { fields: [{ name: 'a' }] } },
  'split-by-column': { by: ['a'] },
};

describe.each(names)('%s', (name) => {
  test.each(Object.keys(converters))('in the options of %s', async (service) => {
    const converter = await loadConverter(service);
    const given = required[service] ?? {};
    for (const one of [
      withName(name, given),
      { ...given, output: withName(name) },
      { ...given, dialect: withName(name) },
    ])
      expectClean(await orRefused(() => parseOptions(converter, one)));
  });

  test('in a layout, in a field of it, and as the name of a column', async () => {
    const converter = await loadConverter('fixed-width-to-tsv');
    for (const one of [withName(name, layout), { fields: [withName(name, { name: 'a', width: 3 })] }])
      expectClean(await orRefused(() => parseOptions(converter, { layout: one })));
    const { text } = await convertAll(converter, 'abc\n', { layout: { fields: [{ name, width: 3 }] } });
    expect(text).toBe(`${name}\nabc\n`);
  });

  test('in a Table Schema: beside, within and as a field', async () => {
    const field = { name: 'a', type: 'string' };
    for (const one of [withName(name, { fields: [field] }), { fields: [withName(name, field)] }])
      expectClean(await orRefused(() => tableSchema.parse(one)));
    const converter = await loadConverter('csv-to-parquet');
    const schema = { fields: [{ name, type: 'integer' }] };
    const { bytes } = await convertAll(converter, `${name},b\n1,2\n`, { schema });
    const back = await convertAll(await loadConverter('parquet-to-csv'), bytes);
    expect(back.text).toBe(`${name},b\n1,2\n`);
  });

  test('as a column and a value of CSV', async () => {
    const table = `${name},b\n${name},1\nx,2\n`;
    const whole = await convertAll(await loadConverter('csv-to-csv'), table);
    expect(whole.text).toBe(table);
    const { parts } = await convertAll(await loadConverter('split-by-column'), table, {
      by: [name],
      keys: 'named',
    });
    expect(parts.map(({ text }) => text).sort()).toEqual(
      [`${name},b\n${name},1\n`, `${name},b\nx,2\n`].sort(),
    );
    const judged = await convertAll(await loadConverter('schema-validator'), table, {
      schema: {
        fields: [
          { name, type: 'string' },
          { name: 'b', type: 'integer' },
        ],
      },
    });
    expect(judged.text).toBe(table);
  });

  test('as a key of JSON Lines, at the top and below', async () => {
    const lines = `{${JSON.stringify(name)}:{"polluted":1},"a":{${JSON.stringify(name)}:2}}\n`;
    const { text } = await convertAll(await loadConverter('json-lines-to-csv'), lines);
    expect(text).toBe(`${name}.polluted,a.${name}\n1,2\n`);
  });

  test('in an envelope', async () => {
    const envelope = { chain: 'c', step: 's', output: { bucket: 'b' }, event: {} };
    for (const one of [
      withName(name, envelope),
      { ...envelope, options: withName(name) },
      { ...envelope, output: withName(name, { bucket: 'b' }) },
      { ...envelope, event: withName(name) },
    ])
      expectClean(await orRefused(() => parseEnvelope(one)));
  });

  test('in chain.yml: at the top, as a param, a step, an option and a field of a pattern', async () => {
    const head = 'chain: a\nsource: { bucket: landing, prefix: in/ }\noutput: { bucket: lake }\n';
    const step = 'service: csv-to-csv, output: { prefix: o/ }';
    for (const text of [
      `${head}${name}: ${evil}\nsteps: { one: { ${step} } }`,
      `${head}steps: { ${name}: { ${step} } }`,
      `${head.replace('in/ }', `in/, suffixes: [${name}] }`)}steps: { one: { ${step} } }`,
      `${head}steps: { one: { service: ${name}, output: { prefix: o/ } } }`,
      `${head}steps: { one: { ${step} }, two: { after: ${name}, ${step} } }`,
      `${head}steps: { one: { ${step}, options: { ${name}: ${evil} } } }`,
      `${head}steps: { one: { ${step}, when: { detail: { ${name}: [x] } } } }`,
      `${head}steps: { one: { service: csv-to-csv, output: { prefix: '\${param:${name}}' } } }`,
    ]) {
      const file = { file: 'chain.yml', text, read: () => undefined };
      const { graphs, mistakes } = await checkChains([file], {
        stage: 'dev',
        region: 'us-east-1',
        params: {},
        services,
      });
      for (const graph of graphs) expectClean(graph.chain.steps.map(({ options }) => options));
      if (mistakes.length === 0) compileChain(graphs[0]!, { bucket: 'u', prefix: 'x/' });
    }
  });

  test('as a stage and a param of chain.yml', async () => {
    const text = [
      'chain: a',
      `params: { default: { ${name}: x }, dev: { ${name}: landing } }`,
      `source: { bucket: '\${param:${name}}', prefix: in/ }`,
      'output: { bucket: lake }',
      'steps: { one: { service: csv-to-csv, output: { prefix: o/ } } }',
    ].join('\n');
    const file = { file: 'chain.yml', text, read: () => undefined };
    const { graphs, mistakes } = await checkChains([file], {
      stage: 'dev',
      region: 'r',
      params: {},
      services,
    });
    expect(mistakes).toEqual([]);
    expect(graphs[0]?.chain.source.bucket).toBe('landing');
  });

  test('in event patterns, events and templates of targets', () => {
    const quoted = JSON.stringify(name);
    const matches = compilePattern(`{${quoted}:["x"],"detail":{${quoted}:[{"exists":true}]}}`);
    expect(matches(`{${quoted}:"x","detail":{${quoted}:1}}`)).toBe(true);
    expect(matches('{"detail":{}}')).toBe(false);
    const render = compileTargetInput({
      Id: 't',
      InputTransformer: { InputPathsMap: { x: `$.detail.${name}` }, InputTemplate: '{"a":<x>}' },
    });
    const context = { ruleArn: 'r', ruleName: 'n', ingestionTime: 't' };
    expect(render(`{"detail":{${quoted}:"there"}}`, context)).toBe('{"a":"there"}');
    expect(render('{"detail":{}}', context)).not.toContain('native code');
  });

  test('in events of the ledger, as chain, step and field', () => {
    const detail = {
      version: '1',
      chain: name,
      step: name,
      service: { name, version: '1' },
      runId: name,
      parentId: 'p',
      hop: 1,
      root: { bucket: 'b', key: name, sequencer: '1' },
      input: { bucket: 'b', key: name, etag: 'e', bytes: 1 },
      invocation: { id: 'i', startedAt: '2026-11-28T00:00:00.000Z', memory: 128 },
    };
    const event = {
      version: '0',
      id: 'e',
      source: 'tributary',
      'detail-type': 'Step Started',
      account: '123456789012',
      time: '2026-11-28T00:00:00Z',
      region: 'r',
      resources: [],
      detail: withName(name, detail),
    };
    const run = runOf([event]);
    expect(run).toMatchObject({ id: name, chains: [name] });
    expectClean(run);
  });

  test('in a CloudFormation template, and as what it refers to', async () => {
    const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } };
    for (const template of [
      { Resources: { B: bucket }, ...withName(name) },
      { Resources: withName(name, { B: bucket }) },
      { Resources: { B: { ...bucket, Properties: withName(name) } } },
      { Resources: { B: { ...bucket, Condition: name } } },
      { Resources: { B: { ...bucket, DependsOn: [name] } } },
      { Resources: { B: { Type: name } } },
      ...[
        { Ref: name },
        { 'Fn::GetAtt': [name, 'Arn'] },
        { 'Fn::GetAtt': ['B', name] },
        { 'Fn::Sub': `\${${name}}` },
      ].map((Value) => ({ Resources: { B: bucket }, Outputs: { O: { Value } } })),
      { Resources: { B: bucket }, Outputs: { O: { Value: { 'Fn::FindInMap': [name, name, name] } } } },
      { Resources: { B: bucket }, Outputs: { O: { Value: { 'Fn::If': [name, 'a', 'b'] } } } },
    ]) {
      const refused = await orRefused(() =>
        planStack({
          text: JSON.stringify(template),
          stack: 's',
          stackId: 'arn:aws:cloudformation:r:123456789012:stack/s/1',
          place: { accountId: '123456789012', region: 'r', partition: 'aws', endpoint: 'http://127.0.0.1:1' },
          parameters: {},
          exported: () => undefined,
          ssm: () => undefined,
        }),
      );
      expect(refused, JSON.stringify(template)).toBeUndefined();
    }
  });

  test('in options of the local AWS and its plan of faults', async () => {
    for (const faults of [
      { s3: withName(name) },
      { functions: { shares: { ...JSON.parse(`{${JSON.stringify(name)}:0.5}`) } } },
    ])
      expectClean(await orRefused(() => localAwsOptionsSchema.parse({ faults })));
    expectClean(await orRefused(() => localAwsOptionsSchema.parse(withName(name))));
  });
});
