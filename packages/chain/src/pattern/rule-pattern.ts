import {
  afterCompleted,
  afterFailed,
  afterRejected,
  invocationFailed,
  objectCreated,
  stepCompleted,
  stepRejected,
} from '@tributary/events';
import { compilePattern, type EventPattern, InvalidPattern } from '@tributary/events/pattern';
import { keyPattern } from '@tributary/service/deployment';
import type * as z from 'zod';
import type { Chain, ChainSource, ChainStep } from '../chain-file/chain.ts';
import type { Mistake } from '../mistake.ts';
import { expectedName } from '../near-name.ts';
import { findField } from './event-fields.ts';
import { mergePattern } from './merge-pattern.ts';

/** Characters that EventBridge takes of a pattern unless a quota was raised. */
const maxPattern = 2_048;

/** The pattern of new objects of a source. */
export function sourcePattern({ bucket, prefix, suffixes }: Omit<ChainSource, 'shared'>): EventPattern {
  const key = keyPattern(prefix, suffixes);
  return objectCreated.pattern({ detail: { bucket: { name: [bucket] }, ...(key && { object: { key } }) } });
}

/** The pattern of a step's rule, without its `when`. */
function basePattern(chain: Chain, { after }: Pick<ChainStep, 'after'>): EventPattern {
  if (!after) return sourcePattern(chain.source);
  const of = { completed: afterCompleted, rejected: afterRejected, failed: afterFailed }[after.outcome];
  return of(chain.name, after.step);
}

/** What wakes a step; `when` is merged in. */
export function rulePattern(chain: Chain, step: Pick<ChainStep, 'after' | 'when'>): EventPattern {
  return mergePattern(basePattern(chain, step), step.when ?? {}).pattern;
}

/** The contract of the event that wakes a step. */
export function contractOf(after: ChainStep['after']): z.ZodType {
  if (!after) return objectCreated.schema;
  return { completed: stepCompleted, rejected: stepRejected, failed: invocationFailed }[after.outcome].schema;
}

/** What is wrong with a step's `when`. */
export function checkWhen(chain: Chain, step: ChainStep): Mistake[] {
  const { when, after } = step;
  if (!when) return [];
  const at = ['steps', step.name, 'when'];
  const contract = contractOf(after);
  const unknown = fieldsOf(when).flatMap((path): Mistake[] => {
    const found = findField(contract, path);
    if (found.known) return [];
    const event = after ? `the event of a step that has ${after.outcome}` : 'the event of a new object';
    return [
      {
        code: 'unknown-event-field',
        what: `${path.slice(0, found.at + 1).join('.')} is not in ${event}, so that the step would never start`,
        expected: expectedName(path[found.at]!, found.names),
        where: chain.place([...at, ...path.slice(0, found.at + 1)], 'key'),
      },
    ];
  });
  if (unknown.length > 0) return unknown;

  const { pattern, conflicts } = mergePattern(basePattern(chain, step), when);
  if (conflicts.length > 0)
    return conflicts.map(({ path, never, base }) => ({
      code: never ? 'never-matches' : 'pattern-conflict',
      what: never
        ? `${path.join('.')} asks for what the step's own rule does not let through, so that it would never start`
        : `${path.join('.')} and the step's own rule ask for different things of one field, which EventBridge cannot join`,
      expected: never
        ? `some of ${JSON.stringify(base)}`
        : 'plain values, a prefix, a suffix or a wildcard, or another field',
      where: chain.place([...at, ...path]),
    }));
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    return [{ code: error.code, what: error.reason.replace(/\.$/, ''), where: chain.place(at) }];
  }
  const { length } = JSON.stringify(pattern);
  if (length <= maxPattern) return [];
  return [
    {
      code: 'pattern-too-long',
      what: 'The pattern of the rule is longer than EventBridge takes',
      expected: `<= ${maxPattern} characters with what the step itself asks for`,
      got: `${length}`,
      where: chain.place(at),
    },
  ];
}

/** Paths of the fields that a pattern names; `$or` and its branches are passed through. */
function fieldsOf(pattern: unknown, path: string[] = []): string[][] {
  if (Array.isArray(pattern)) return pattern.flatMap((branch) => fieldsOf(branch, path));
  if (typeof pattern !== 'object' || pattern === null) return [];
  return Object.entries(pattern).flatMap(([name, inner]) => {
    if (name === '$or') return fieldsOf(inner, path);
    const at = [...path, name];
    return Array.isArray(inner) ? [at] : [at, ...fieldsOf(inner, at)];
  });
}
