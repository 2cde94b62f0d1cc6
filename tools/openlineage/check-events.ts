import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { SchemaSource } from './schemas.ts';

interface Facet {
  _schemaURL: string;
}
type Facets = Record<string, Facet>;
interface Dataset {
  facets?: Facets;
  inputFacets?: Facets;
  outputFacets?: Facets;
}

/** An event of OpenLineage, as far as a check needs to know its parts. */
export interface LineageEvent {
  eventType: string;
  schemaURL: string;
  run: { facets?: Facets };
  job: { facets?: Facets };
  inputs?: Dataset[];
  outputs?: Dataset[];
}

export interface CheckResult {
  events: Record<string, number>;
  facets: Record<string, number>;
  /** What is not as its schema has it. */
  faults: string[];
}

/** Holds events to the schema that each names, and each facet in them to its own. */
export async function checkEvents(events: Iterable<LineageEvent>, load: SchemaSource): Promise<CheckResult> {
  const check = compiler(load);
  const result: CheckResult = { events: {}, facets: {}, faults: [] };
  let number = 0;
  for (const event of events) {
    number++;
    count(result.events, event.eventType);
    const faults = await check(event.schemaURL, event);
    result.faults.push(...faults.map((fault) => `event ${number}, ${event.eventType}: ${fault}`));
    for (const [name, facet] of facetsOf(event)) {
      count(result.facets, name);
      const own = await check(facet._schemaURL, facet);
      result.faults.push(...own.map((fault) => `event ${number}, ${event.eventType}, ${name}: ${fault}`));
    }
  }
  return result;
}

/** @returns checks a value by the schema at a URL with a pointer into it */
function compiler(load: SchemaSource): (url: string, value: unknown) => Promise<string[]> {
  // `example` beside `examples`: the official schemas use words that no dialect knows.
  const ajv = new Ajv2020({ allErrors: true, strict: false, loadSchema: load });
  addFormats.default(ajv);
  const known = new Map<string, Promise<ValidateFunction>>();
  const compile = async (url: string) => {
    const [address = ''] = url.split('#');
    if (ajv.getSchema(address) === undefined) await ajv.compileAsync(await load(address));
    return ajv.compile({ $ref: url });
  };
  return async (url, value) => {
    const validate = known.get(url) ?? compile(url);
    known.set(url, validate);
    const valid = await validate;
    if (valid(value)) return [];
    return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  };
}

function facetsOf({ run, job, inputs = [], outputs = [] }: LineageEvent): [string, Facet][] {
  const datasets = [...inputs, ...outputs].flatMap(({ facets, inputFacets, outputFacets }) => [
    facets,
    inputFacets,
    outputFacets,
  ]);
  return [run.facets, job.facets, ...datasets].flatMap((facets) => Object.entries(facets ?? {}));
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
