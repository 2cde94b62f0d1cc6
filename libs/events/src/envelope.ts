import * as z from 'zod';
import { BadEnvelope } from './errors.ts';
import { handover } from './handover.ts';
import { pointerOf } from './pointer.ts';

/**
 * What every step is invoked with, whatever woke it. A rule's InputTransformer is a static template around the
 * untouched event (`envelopeTemplate`), so no key or quote ever passes through string templating.
 * @example {"chain":"drive-stats","step":"to-tsv","options":{},"output":{"bucket":"lake","prefix":"tsv/"},"event":{}}
 */
export const envelope = z.object({
  chain: z.string().min(1),
  step: z.string().min(1),
  /** Checked by the service's own schema, not here. */
  options: z.record(z.string(), z.unknown()).default({}),
  /**
   * Where the options lie that are too long for a rule: a JSON object of which `options` override the top-level names.
   * `digest`: SHA-256 of its bytes, hexadecimal.
   */
  optionsRef: z
    .object({ bucket: z.string().min(1), key: z.string().min(1), digest: z.string().regex(/^[0-9a-f]{64}$/) })
    .optional(),
  output: z.object({
    bucket: z.string().min(1),
    /** Put before each output key as it is: a folder ends in "/". */
    prefix: z.string().default(''),
    /** A template that comes after the prefix, see `renderFolder`. Quarantine and manifests stay right below the prefix. */
    folder: z.string().optional(),
  }),
  /** What input keys are taken relative to. Without it: the output prefix of the step before, or nothing for S3 events. */
  source: z.object({ prefix: z.string() }).optional(),
  /** Where an earlier invocation of the same service, with the same envelope, did not get to the end of its work. */
  handover: handover.optional(),
  event: z.unknown(),
});

export type Envelope = z.output<typeof envelope>;
export type EnvelopeInput = z.input<typeof envelope>;

/** Checks a function's payload. Throws `BadEnvelope` with a pointer to the part at fault. */
export function parseEnvelope(payload: unknown): Envelope {
  const parsed = envelope.safeParse(payload);
  if (parsed.success && parsed.data.event !== undefined) return parsed.data;
  const issue = parsed.error?.issues[0];
  throw new BadEnvelope({
    code: 'bad-envelope',
    what: `The payload is not a step's envelope: ${issue?.message ?? 'event is missing'}`,
    expected: '{"chain","step","options","output":{"bucket","prefix"},"event"}',
    where: { pointer: issue ? pointerOf(issue.path) : '/event' },
  });
}

/**
 * The InputTemplate of the rule that wakes a step. `<` and `>` inside the fixed part are written as JSON escapes, as
 * EventBridge would take them for a variable.
 */
export function envelopeTemplate(fixed: Omit<EnvelopeInput, 'event' | 'handover'>): string {
  const { chain, step, options, optionsRef, output, source } = fixed;
  const text = JSON.stringify({
    chain,
    step,
    options: options ?? {},
    ...(optionsRef && { optionsRef }),
    output,
    ...(source && { source }),
  })
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e');
  return `${text.slice(0, -1)},"event":<aws.events.event.json>}`;
}
