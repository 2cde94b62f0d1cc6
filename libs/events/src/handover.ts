import * as z from 'zod';
import { defineEvent } from './event-contract.ts';
import { STEP_SOURCE } from './step-events.ts';

/** Invocations that may share the work of one step: at a quarter of an hour each, sixteen hours. */
export const MAX_LEGS = 64;

/** Part of an envelope: what an invocation left that did not get to the end. */
export const handover = z.object({
  /** Of the invocation it is for: 2 for the first that goes on with another's work. */
  leg: z.number().int().min(2),
  /** The first of them: what the step's events say of all. */
  invocation: z.object({ id: z.string(), startedAt: z.string() }),
  /** The object that holds what has been done. */
  state: z.object({ bucket: z.string().min(1), key: z.string().min(1) }),
});

export type Handover = z.output<typeof handover>;

/** The source of what a service tells itself: no other's role may put such an event. */
export function ownSource(service: string): `${typeof STEP_SOURCE}.${string}` {
  return `${STEP_SOURCE}.${service}`;
}

/**
 * What wakes a service to go on with its own work, on the account's own bus. Others are told by `stepHandedOver`.
 * @example `workHandedOver('fixed-width-to-tsv').pattern()`
 */
export function workHandedOver(service: string) {
  return defineEvent({
    source: ownSource(service),
    detailType: 'Work Handed Over',
    detail: z.object({
      version: z.literal('1'),
      /** That of this invocation, with its `handover`: it is what the next one is invoked with. */
      envelope: z.record(z.string(), z.unknown()),
    }),
  });
}
