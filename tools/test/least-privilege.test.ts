import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { envelopeTemplate } from '@tributary/events';
import { type Activity, type LocalAws, startLocalAws } from '@tributary/local';
import { bucketResources, dataGrants, rulePermission } from '@tributary/service/deployment';
import { packageEventBus, packageService } from '@tributary/service/test/packaged';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const text = 'id\tname\n00000001\tone\n';

/** What each service needs to work at all, and the files it makes of `a.txt`. */
const services: Record<string, object> = {
  'fixed-width-to-tsv': { layout: { fields: [{ name: 'all', start: 0, end: null }] } },
  'csv-to-parquet': {},
  'schema-validator': {
    schema: {
      fields: [
        { name: 'id', type: 'string' },
        { name: 'name', type: 'string' },
      ],
    },
  },
};

/** A chain by hand: what lands in `landing/<name>/` goes through a service to `lake/<name>/`, as far as it may. */
function chainResources(name: string, service: string, granted: boolean, source = name, output = name) {
  const id = name.toUpperCase();
  const parameter = (last: string) => `{{resolve:ssm:/tributary/dev/${service}/${last}}}`;
  const statements = dataGrants(
    { bucket: 'landing', prefix: `${name}/` },
    { bucket: 'lake', prefix: `${name}/` },
    { writesParts: true, documents: true },
  );
  const envelope = {
    chain: name,
    step: 'convert',
    options: services[service] as Record<string, unknown>,
    output: { bucket: 'lake', prefix: `${output}/` },
    source: { prefix: `${source}/` },
  };
  const target = {
    Id: 'step',
    Arn: parameter('function-arn'),
    InputTransformer: { InputTemplate: envelopeTemplate(envelope) },
  };
  return {
    [`Rule${id}`]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.s3'],
          detail: { bucket: { name: ['landing'] }, object: { key: [{ prefix: `${source}/` }] } },
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
          PolicyDocument: { Version: '2012-10-17', Statement: statements },
        },
      },
    }),
  };
}

describe.each(Object.keys(services))('%s', (service) => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-privilege-'));
  const happened: Activity[] = [];
  let aws: LocalAws;

  beforeAll(async () => {
    const template = join(folder, 'chains.json');
    const Resources = {
      ...bucketResources('Landing', 'landing'),
      ...bucketResources('Lake', 'lake'),
      // One chain with its grant, one without, and two that reach from the one into the other.
      ...chainResources('a', service, true),
      ...chainResources('b', service, false),
      ...chainResources('c', service, true, 'c', 'b'),
      ...chainResources('d', service, true, 'e', 'd'),
    };
    writeFileSync(template, JSON.stringify({ Resources }));
    aws = await startLocalAws({
      stacks: [await packageEventBus(), packageService(service, {}, folder), { name: 'chains', template }],
      stateDirectory: join(folder, 'state'),
      timeScale: 0,
      onEvent: (activity) => happened.push(activity),
    });
  }, 60_000);
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const lakeKeys = () =>
    happened.flatMap((one) => (one.kind === 'object-event' && one.bucket === 'lake' ? [one.key] : []));
  const drop = (key: string) => {
    happened.length = 0;
    const file = join(aws.stateDirectory, 's3/landing', key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const ended = async (kind: Activity['kind']) =>
    expect.poll(() => happened.some((one) => one.kind === kind), { timeout: 30_000 }).toBe(true);

  test('works under its chain’s grant', async () => {
    drop('a/a.txt');
    await ended('function-completed');
    expect(lakeKeys().some((key) => key.startsWith('a/'))).toBe(true);
  });

  test.each([
    ['without a grant', 'b/a.txt'],
    ['where another chain writes', 'c/a.txt'],
    ['where another chain reads', 'e/a.txt'],
  ])('fails %s', async (_, key) => {
    drop(key);
    await ended('function-gave-up');
    expect(lakeKeys()).toEqual([]);
    expect(readFileSync(aws.logPath(`tributary-dev-${service}`), 'utf8')).toMatch(
      /AccessDenied|input-unreadable/,
    );
  });
});
