import { availableParallelism } from 'node:os';
import * as z from 'zod';
import type { Activity } from './activity.ts';
import { faultPlanSchema } from './faults/plan.ts';

const stackSource = z.union([
  z.string().min(1),
  z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/)
      .optional(),
    template: z.string().min(1),
    parameters: z.record(z.string(), z.string()).optional(),
  }),
]);

const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Everything `startLocalAws` may be told. */
export const localAwsOptionsSchema = z.strictObject({
  stacks: z
    .array(stackSource)
    .default([])
    .describe(
      'Stacks to deploy at the start, in this order: a `.serverless` folder, its service folder, or a CloudFormation template (JSON)',
    ),
  parameters: z
    .record(z.string(), z.string())
    .default({})
    .describe('Template parameters, for every stack that has them'),
  port: z.number().int().min(0).max(65_535).default(0).describe('Port on 127.0.0.1; 0 takes a free one'),
  stateDirectory: z
    .string()
    .min(1)
    .default('.tributary')
    .describe('Where objects, queues, parameters, code and logs lie'),
  region: z
    .string()
    .regex(regionName)
    .optional()
    .describe(
      'Region; by default that of the first stack that names one, else of what was deployed to it before, else `defaultRegion`',
    ),
  defaultRegion: z
    .string()
    .regex(regionName)
    .default('us-east-1')
    .describe('Region where neither `region` nor a stack says'),
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .default('000000000000')
    .describe('Account id'),
  accessKeyId: z
    .string()
    .min(1)
    .default('test')
    .describe('Access key of the local user, who may do everything'),
  secretAccessKey: z.string().min(1).default('test').describe('Secret key of the local user'),
  timeScale: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      "Multiplies AWS's waiting times between attempts (1 and 2 minutes for functions, backoff for rules, the visibility timeout of messages that failed); 1 is as AWS",
    ),
  maxProcesses: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(Math.max(2, availableParallelism()))
    .describe('Processes of one function at once, however much concurrency it has'),
  idleSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(300)
    .describe('An idle function process ends after this time'),
  watch: z
    .boolean()
    .default(false)
    .describe(
      'Update a stack whenever its files are packaged anew; what cannot be deployed is told as `stack-failed`',
    ),
  settleMs: z
    .number()
    .min(0)
    .max(60_000)
    .optional()
    .describe('Milliseconds a file dropped by hand must lie still before it becomes an object'),
  faults: faultPlanSchema
    .optional()
    .describe('What is to go wrong, and how often: for tests of what survives it'),
});

export type StackLocation = z.input<typeof stackSource>;

export type LocalAwsOptions = z.input<typeof localAwsOptionsSchema> & {
  /** Told of everything that happens, from the first stack on. */
  onEvent?: (activity: Activity) => void;
};
