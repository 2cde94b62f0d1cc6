import type { Converter, SharedOptions } from '@tributary/codec';
import type { Place } from '../mistake.ts';
import type { Alarms } from './alarm-shape.ts';
import type { AfterOutcome } from './shape.ts';

/** A chain.yml with its variables filled in and its options put together. Steps stand in the order of the file. */
export interface Chain {
  name: string;
  description?: string;
  stage: string;
  region: string;
  source: ChainSource;
  steps: ChainStep[];
  createBuckets: string[];
  /** Days that quarantine files are kept in these buckets; 0 for ever. */
  quarantineDays: number;
  /** ARN of the KMS key that source and outputs are encrypted under. */
  kmsKey?: string;
  /** Days that events are kept; undefined for no archive. */
  archiveDays?: number;
  alarms?: Alarms;
  file: string;
  /** Where something stands in chain.yml. */
  place(path: readonly PropertyKey[], part?: 'key' | 'value'): Place;
}

export interface ChainSource {
  bucket: string;
  prefix: string;
  suffixes: string[];
  /** Other chains may take the same objects. */
  shared: boolean;
}

export interface ChainStep {
  name: string;
  service: string;
  description?: string;
  /** The converter of the service. */
  converter: Converter<SharedOptions>;
  after?: { step: string; outcome: AfterOutcome };
  when?: Record<string, unknown>;
  /** As they are written, defaults left out; whole, also where they were in files. */
  options: Record<string, unknown>;
  /** As the service will understand them. */
  parsed: SharedOptions;
  output: StepPlace;
}

/** Where a step writes: `folder` is the template after the prefix, see `renderFolder` of libs/events. */
export interface StepPlace {
  bucket: string;
  prefix: string;
  folder?: string;
}

/** Services that a chain may be made of. */
export interface ServiceCatalogue {
  names: readonly string[];
  load(name: string): Promise<Converter<SharedOptions>>;
}
