import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { EventBridge } from '../eventbridge/event-bridge.ts';
import type { Access } from '../iam/access.ts';
import type { EventSources } from '../lambda/event-sources.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Place } from '../place.ts';
import type { S3 } from '../s3/index.ts';
import type { Sqs } from '../sqs/sqs.ts';
import type { ParameterStore } from '../ssm/parameter-store.ts';
import type { Identified } from './intrinsics.ts';
import type { DeletionPolicy, ReplacePolicy } from './template.ts';

/** What resources are made in. */
export interface World {
  place: Place;
  s3: S3;
  bridge: EventBridge;
  lambda: Lambda;
  sources: EventSources;
  sqs: Sqs;
  ssm: ParameterStore;
  access: Access;
  /** The zip a function's `Code` names. @throws DeployError */
  readArtifact(stack: string, bucket: string, key: string): Promise<Uint8Array>;
}

/** Helps a resource to its physical name. */
export interface Naming {
  place: Place;
  stack: string;
  logicalId: string;
  /** `<stack>-<logical id>-<suffix>`, cut to `max` characters; the same after every restart. */
  generate(max: number): string;
}

/** A resource with its place in a stack. */
export interface Planned<P = unknown> extends Identified {
  stack: string;
  logicalId: string;
  kind: ResourceKind<P>;
  properties: P;
  /** Logical ids. */
  dependsOn: string[];
  /** What becomes of it when its stack lets go of it, or its creation is rolled back. */
  deletionPolicy: DeletionPolicy;
  /** What becomes of it when another takes its place. */
  replacePolicy: ReplacePolicy;
}

/** One resource type of CloudFormation: what it accepts, what it is called, how it is made and unmade. */
export interface ResourceKind<P = unknown> {
  type: string;
  /** Strict: what it lacks is refused by name. */
  properties: z.ZodType<P>;
  /** Ref and attributes follow from the properties alone, so a template is checked whole before anything is made. */
  identify(properties: P, naming: Naming): Identified;
  /** What it is made of lies outside the template too (a zip), so an update always looks at it again. */
  refreshed?: boolean;
  /** Makes it, or brings what is there to these properties. */
  put(resource: Planned<P>, world: World, previous?: Planned<P>): Promise<void> | void;
  remove(resource: Planned<P>, world: World): Promise<void> | void;
}

/** Forgets a kind's own properties type, so that kinds fit in one table. */
export function defineKind<P>(kind: ResourceKind<P>): ResourceKind {
  return kind as unknown as ResourceKind;
}

export function naming(place: Place, stack: string, logicalId: string): Naming {
  const suffix = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 12);
  return {
    place,
    stack,
    logicalId,
    generate(max) {
      const room = max - suffix.length - 1;
      return `${`${stack}-${logicalId}`.slice(0, room)}-${suffix}`;
    },
  };
}

// CloudFormation takes numbers and booleans as text, and text as numbers and booleans.

export const text = () => z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

export const integer = (least: number, most: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/, 'Must be a whole number')
        .transform(Number),
    ])
    .pipe(z.number().int().min(least).max(most));

export const flag = () =>
  z.union([z.boolean(), z.enum(['true', 'false']).transform((one) => one === 'true')]);

/** Accepted and without effect. */
export const tags = () =>
  z.union([z.array(z.strictObject({ Key: text(), Value: text() })), z.record(z.string(), text())]).optional();
