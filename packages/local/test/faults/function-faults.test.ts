import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { LocalAwsOptions } from '../../src/index.ts';
import { functionResources, ruleResources } from '../packaged-stack.ts';
import { runAws } from '../running-aws.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so
const resources = {
  Source: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'fault-source',
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    },
  },
  Output: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'fault-output' } },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } },
  ...functionResources('Upper', 'upper-case', {
    properties: { Environment: { Variables: { BUS: { Ref: 'Bus' } } } },
    statements: [
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: { 'Fn::Sub': '${Source.Arn}/*' } },
      { Effect: 'Allow', Action: ['s3:PutObject'], Resource: { 'Fn::Sub': '${Output.Arn}/*' } },
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] } },
    ],
  }),
  ...ruleResources('Landed', 'Upper', {
    EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [{ Ref: 'Source' }] } } },
    target: {
      InputTransformer: {
        InputTemplate: {
          'Fn::Sub':
            '{"chain":"shout","output":{"bucket":"${Output}","prefix":""},"event":<aws.events.event.json>}',
        },
      },
    },
  }),
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so

/** One object through the function, with faults; resolves when the function has come through, or has been given up. */
async function landOne(faults: LocalAwsOptions['faults'], end: 'function-completed' | 'function-gave-up') {
  await using running = await runAws(resources, { handlers: ['upper-case'], timeScale: 0, faults });
  await running.s3.send(new PutObjectCommand({ Bucket: 'fault-source', Key: 'a', Body: 'x' }));
  await running.until(end);
  const errors = running.happened.flatMap((one) => (one.kind === 'function-failed' ? [one.errorType] : []));
  const puts = running.happened.filter(({ kind }) => kind === 'event-put').length;
  return { errors, puts, struck: running.aws.faults.struck(), running };
}

test('a function is killed between its write and its event, until it is given up', async () => {
  const { errors, puts, struck } = await landOne({ functions: { killAtPublish: 1 } }, 'function-gave-up');
  expect(errors).toEqual(Array(3).fill('Runtime.ExitError'));
  expect({ puts, struck }).toEqual({ puts: 0, struck: { killAtPublish: 3 } });
});

test.each([
  ['outOfMemory', 'Runtime.OutOfMemory'],
  ['timeout', 'Sandbox.Timedout'],
])('a function ends by %s', async (fault, type) => {
  const { errors } = await landOne({ functions: { [fault]: 1 } }, 'function-gave-up');
  expect(errors).toEqual(Array(3).fill(type));
});

test('PutEvents is throttled, reports entries as failed, and loses its answer', async () => {
  const throttled = await landOne({ publish: { throttle: 1 } }, 'function-gave-up');
  expect(throttled.errors).toEqual(Array(3).fill('ThrottlingException'));
  const failed = await landOne({ publish: { failedEntry: 1 } }, 'function-gave-up');
  expect(failed).toMatchObject({ errors: Array(3).fill('Error'), puts: 0 });
  const lost = await landOne({ publish: { lostAnswer: 1 } }, 'function-gave-up');
  expect(lost.puts).toBeGreaterThan(2);
});

test('a delivery comes twice, the second time hours late', async () => {
  const faults = { deliveries: { duplicate: 1, late: 1, delay: 1, delayMs: 10 } };
  await using running = await runAws(resources, { handlers: ['upper-case'], faults });
  await running.s3.send(new PutObjectCommand({ Bucket: 'fault-source', Key: 'a', Body: 'x' }));
  const completed = () => running.happened.filter(({ kind }) => kind === 'function-completed').length;
  await expect.poll(completed, { timeout: 30_000 }).toBe(1);
  expect(await running.aws.faults.deliverLate()).toBe(1);
  await expect.poll(completed, { timeout: 30_000 }).toBe(2);
  expect(await running.aws.faults.deliverLate()).toBe(0);
});

test('a delivery that is late comes then and not before', async () => {
  await using running = await runAws(resources, {
    handlers: ['upper-case'],
    faults: { deliveries: { late: 1 } },
  });
  await running.s3.send(new PutObjectCommand({ Bucket: 'fault-source', Key: 'a', Body: 'x' }));
  await expect.poll(() => running.aws.faults.struck().late, { timeout: 30_000 }).toBe(1);
  expect(running.happened.some(({ kind }) => kind === 'function-invoked')).toBe(false);
  expect(await running.aws.faults.deliverLate()).toBe(1);
  await running.until('function-completed');
});

test('a function that is away at first comes through once it is back', async () => {
  const { errors, struck } = await landOne({ functions: { away: { upper: 2 } } }, 'function-completed');
  expect(errors).toEqual(Array(2).fill('Runtime.ExitError'));
  expect(struck).toEqual({ away: 2 });
});

test('a function with a share of none of the faults meets none', async () => {
  const faults = { s3: { internalError: 1 }, functions: { kill: 1, shares: { upper: 0 } } };
  const { errors, struck } = await landOne(faults, 'function-completed');
  expect({ errors, struck }).toEqual({ errors: [], struck: {} });
});
