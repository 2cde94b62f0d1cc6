import * as z from 'zod';
import { BadDetail } from './errors.ts';
import type { EventPattern, PatternOf } from './pattern/language.ts';
import { pointerOf } from './pointer.ts';

/** What EventBridge wraps around every `detail`. */
const frame = {
  version: z.string(),
  id: z.string().min(1),
  account: z.string(),
  /** RFC 3339, whole seconds, UTC. */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
};

/** What the bus knows of an event and the sender does not. */
export interface EventFrame {
  id: string;
  account: string;
  region: string;
  /** RFC 3339, for instance `2026-11-23T15:24:41Z`. */
  time: string;
  resources?: readonly string[];
}

/** An entry as the SDK's `PutEventsCommand` takes it. */
export interface PutEventsEntry {
  Source: string;
  DetailType: string;
  /** JSON text. */
  Detail: string;
  EventBusName: string;
  Resources?: string[];
}

/**
 * Defines one event: its zod schema is the source of the type, the validator, the rule's pattern and the builders.
 * @example
 * const greeted = defineEvent({ source: 'my.app', detailType: 'Greeted', detail: z.object({ name: z.string() }) });
 * greeted.pattern({ detail: { name: ['Ada'] } });       // for a rule
 * greeted.entry({ name: 'Ada' }, { bus: 'my-bus' });    // for PutEvents
 * greeted.is(event) && event.detail.name;               // validator and type
 */
export function defineEvent<
  const Source extends string,
  const DetailType extends string,
  Detail extends z.ZodObject,
>(definition: { source: Source; detailType: DetailType; detail: Detail }) {
  const { source, detailType, detail } = definition;
  const schema = z.object({
    ...frame,
    source: z.literal(source),
    'detail-type': z.literal(detailType),
    detail,
  });
  type Event = z.output<typeof schema>;
  const fixed = literalsOf(schema);

  function checkDetail(value: z.input<Detail>): z.output<Detail> {
    const parsed = detail.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new BadDetail({
      code: 'bad-detail',
      what: `Detail of "${detailType}" does not fit its contract: ${issue?.message}`,
      where: { pointer: pointerOf(issue?.path ?? []) },
    });
  }

  return {
    source,
    detailType,
    schema,

    /** True if `event` is a valid event of this kind. Fields the contract does not know are tolerated. */
    is(event: unknown): event is Event {
      return schema.safeParse(event).success;
    },

    /** The rule's EventPattern: every fixed value of the schema, narrowed further by `narrowing`. */
    pattern(narrowing: PatternOf<Event> = {} as PatternOf<Event>): EventPattern {
      return merge(fixed, narrowing as unknown as EventPattern);
    },

    /** The event as it travels on a bus. Throws `BadDetail`. */
    event(around: EventFrame, value: z.input<Detail>) {
      return {
        version: '0',
        id: around.id,
        'detail-type': detailType,
        source,
        account: around.account,
        time: around.time,
        region: around.region,
        resources: [...(around.resources ?? [])],
        detail: checkDetail(value),
      };
    },

    /** The PutEvents entry. Throws `BadDetail`. AWS refuses entries whose source begins with `aws.`. */
    entry(value: z.input<Detail>, { bus, resources }: { bus: string; resources?: string[] }): PutEventsEntry {
      return {
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(checkDetail(value)),
        EventBusName: bus,
        ...(resources && { Resources: resources }),
      };
    },
  };
}

/** The bytes AWS counts against the size limit of one PutEvents entry (Time, 14 bytes, is left to the bus). */
export function entryBytes(entry: PutEventsEntry): number {
  const parts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return parts.reduce((sum, part) => sum + new TextEncoder().encode(part).length, 0);
}

/** The literals of an object schema, required ones only, as a pattern. */
function literalsOf(schema: z.ZodObject): EventPattern {
  const pattern: EventPattern = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    if (field instanceof z.ZodLiteral) {
      pattern[name] = [...field.values] as (string | number | boolean | null)[];
    } else if (field instanceof z.ZodObject) {
      const nested = literalsOf(field);
      if (Object.keys(nested).length > 0) pattern[name] = nested;
    }
  }
  return pattern;
}

function merge(base: EventPattern, over: EventPattern): EventPattern {
  const merged: EventPattern = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[name];
    merged[name] = isNested(below) && isNested(value) ? merge(below, value) : value;
  }
  return merged;
}

function isNested(value: EventPattern[string] | undefined): value is EventPattern {
  return typeof value === 'object' && !Array.isArray(value);
}
