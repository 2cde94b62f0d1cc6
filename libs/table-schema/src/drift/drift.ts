import * as z from 'zod';

const action = z.enum(['allow', 'warn', 'reject']);

/** What becomes of a file whose columns have changed, for each kind of change. */
export const driftPolicySchema = z.strictObject({
  added: action.default('warn').describe('A column that was not there before.'),
  removed: action.default('reject').describe('A column that is gone.'),
  renamed: action
    .default('reject')
    .describe('A column that has another name now; see `compareColumns` for the rule.'),
  reordered: action.default('allow').describe('A column that stands elsewhere among those that are left.'),
  retyped: z
    .union([
      action,
      z.strictObject({
        widened: action.default('warn').describe('The new type holds every value of the old one.'),
        narrowed: action.default('allow').describe('The old type holds every value of the new one.'),
        changed: action.default('reject').describe('Neither.'),
      }),
    ])
    .transform((policy) =>
      typeof policy === 'string' ? { widened: policy, narrowed: policy, changed: policy } : policy,
    )
    .prefault({})
    .describe('A column of another type.'),
});

export type DriftPolicy = z.output<typeof driftPolicySchema>;
export type DriftPolicyInput = z.input<typeof driftPolicySchema>;

export const driftChangeSchema = z.object({
  kind: z.enum(['added', 'removed', 'renamed', 'reordered', 'retyped']),
  name: z.string().describe('Name of the column, the new one if it has two; cut to 100 characters.'),
  from: z.string().optional().describe('Name, place or type before.'),
  to: z.string().optional().describe('Name, place or type now.'),
  effect: z.enum(['widened', 'narrowed', 'changed']).optional().describe('Of a change of type.'),
  policy: action,
});

/** How columns have changed, small enough for an event. */
export const driftSchema = z.object({
  against: z
    .enum(['schema', 'accepted'])
    .describe('Compared with the schema, or with the last accepted file.'),
  verdict: action.describe('The strictest policy of all changes; `allow` if there are none.'),
  total: z.int().min(0).describe('How many changes there are.'),
  counts: z.partialRecord(driftChangeSchema.shape.kind, z.int().min(1)),
  changes: z
    .array(driftChangeSchema)
    .describe('The first of them, those of the strictest policy before others.'),
});

export type DriftChange = z.output<typeof driftChangeSchema>;
export type Drift = z.output<typeof driftSchema>;
