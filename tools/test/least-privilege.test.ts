import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseOptions } from '@tributary/codec';
import { converters, loadConverter } from '@tributary/codec/converters';
import { csvToParquet } from '@tributary/codec/csv-to-parquet';
import { convertAll } from '@tributary/codec/test/convert-all';
import { envelopeTemplate } from '@tributary/events';
import { type Activity, type LocalAws, startLocalAws } from '@tributary/local';
import { bucketResources, dataGrants, needsOf, rulePermission } from '@tributary/service/deployment';
import { packageOnce } from '@tributary/service/packaging';
import { packageEventBus } from '@tributary/service/test/packaged';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const checkout = join(import.meta.dirname, '../..');
const services = Object.keys(converters);
const table = 'id\tname\n00000001\tone\n';

/** What a converter needs that does not make do with no options and a small table of tab-separated values. */
const needs: Record<string, { options?: Record<string, unknown>; input?: () => Promise<string | Buffer> }> = {
  'fixed-width-to-tsv': { options: { layout: { fields: [{ name: 'all', start: 0, end: null }] } } },
  'json-lines-to-csv': { input: async () => '{"id":"00000001","name":"one"}\n' },
  'parquet-to-csv': { input: async () => (await convertAll(csvToParquet, table)).bytes },
  'schema-validator': {
    options: {
      schema: {
        fields: [
          { name: 'id', type: 'string' },
          { name: 'name', type: 'string' },
        ],
      },
    },
  },
  'split-by-column': { options: { by: ['id'] } },
};

interface HandMade {
  /** What the grant is for, and where it reads and writes unless said otherwise. */
  name: string;
  granted?: boolean;
  source?: string;
  output?: string;
}

/** A chain by hand: what lands in `<service>/<source>/` goes through the service to `<service>/<output>/`, as far as it may. */
async function chainResources(
  service: string,
  { name, granted = true, source = name, output = name }: HandMade,
) {
  const id = `${service.replaceAll('-', '')}${name.toUpperCase()}`;
  const options = needs[service]?.options ?? {};
  const converter = await loadConverter(service);
  const parameter = (last: string) => `{{resolve:ssm:/tributary/dev/${service}/${last}}}`;
  const envelope = {
    chain: name,
    step: 'convert',
    options,
    output: { bucket: 'lake', prefix: `${service}/${output}/` },
    source: { prefix: `${service}/${source}/` },
  };
  const target = {
    Id: 'step',
    Arn: parameter('function-arn'),
    InputTransformer: { InputTemplate: envelopeTemplate(envelope) },
  };
  const statements = () =>
    dataGrants(
      { bucket: 'landing', prefix: `${service}/${name}/` },
      { bucket: 'lake', prefix: `${service}/${name}/` },
      needsOf(converter, parseOptions(converter, options)),
    );
  return {
    [`Rule${id}`]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.s3'],
          detail: { bucket: { name: ['landing'] }, object: { key: [{ prefix: `${service}/${source}/` }] } },
        },
        Targets: [target],
      },
    },
    [`Permission${id}`]: rulePermission(parameter('function-arn'), `Rule${id}`),
    ...(granted && {
      [`Grant${id}`]: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: `chain-${name}`,
          Roles: [parameter('role-name')],
          PolicyDocument: { Version: '2012-10-17', Statement: statements() },
        },
      },
    }),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'tributary-privilege-'));
const happened: Activity[] = [];
let aws: LocalAws;

beforeAll(async () => {
  // One chain with its grant, one without, and two that reach from the one into the other.
  const chains: HandMade[] = [
    { name: 'a' },
    { name: 'b', granted: false },
    { name: 'c', output: 'b' },
    { name: 'd', source: 'e' },
  ];
  const resources = services.flatMap((service) => chains.map((chain) => chainResources(service, chain)));
  const template = join(folder, 'chains.json');
  writeFileSync(
    template,
    JSON.stringify({
      Resources: Object.assign(
        { ...bucketResources('Landing', 'landing'), ...bucketResources('Lake', 'lake') },
        ...(await Promise.all(resources)),
      ),
    }),
  );
  const packages = await Promise.all(services.map((service) => packageOnce(checkout, service, 'dev')));
  aws = await startLocalAws({
    stacks: [await packageEventBus(), ...packages, { name: 'chains', template }],
    stateDirectory: join(folder, 'state'),
    timeScale: 0,
    onEvent: (activity) => happened.push(activity),
  });
}, 120_000);
afterAll(async () => {
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(services)('%s', (service) => {
  const lakeKeys = () =>
    happened.flatMap((one) => (one.kind === 'object-event' && one.bucket === 'lake' ? [one.key] : []));
  const told = () => happened.flatMap((one) => (one.kind === 'event-put' ? [one.detailType] : []));
  const drop = async (key: string) => {
    happened.length = 0;
    const file = join(aws.stateDirectory, 's3/landing', service, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, (await needs[service]?.input?.()) ?? table);
  };
  const ended = () =>
    expect
      .poll(() => happened.some(({ kind }) => kind === 'function-completed' || kind === 'function-gave-up'), {
        timeout: 30_000,
      })
      .toBe(true);

  test('works under its chain’s grant', async () => {
    await drop('a/a.txt');
    await ended();
    const hint = `${service} has made nothing of the sample: if it is new, say in \`needs\` what it takes`;
    expect(told(), hint).toContain('Step Completed');
    expect(lakeKeys().filter((key) => !key.startsWith(`${service}/a/`))).toEqual([]);
    expect(happened.filter(({ kind }) => kind === 'request-refused')).toEqual([]);
  });

  test.each([
    ['without a grant', 'b/a.txt'],
    ['where another chain writes', 'c/a.txt'],
    ['where another chain reads', 'e/a.txt'],
  ])('fails %s', async (_, key) => {
    await drop(key);
    await ended();
    expect(happened.map(({ kind }) => kind)).toContain('function-gave-up');
    expect(told()).not.toContain('Step Completed');
    expect(lakeKeys()).toEqual([]);
    expect(readFileSync(aws.logPath(`tributary-dev-${service}`), 'utf8')).toMatch(
      /AccessDenied|input-unreadable/,
    );
  });
});
