import { createHash } from 'node:crypto';
import type { ConvertReport, Facts } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';

/**
 * What an output's metadata says of how it came about: enough to tell a repetition from news, without a lock table.
 * Stored as `x-amz-meta-tributary-*`.
 */
export interface Stamp {
  /** Of input version, options and service version: equal means that the same work would give the same rows. */
  fingerprint: string;
  /** Of the run's root event; orders runs over the same root key. */
  sequencer: string;
  /** Digest of the input's and the root's bucket and key: two inputs must not share an output. */
  origin: string;
  run: string;
  /** `rejectsIdOf` the output this one took the place of, where that may have had rejects: to be removed, even if late. */
  replaced?: string;
}

/** A report kept with the output, so that a repetition can tell it again without doing the work. */
export interface KeptReport
  extends Pick<ConvertReport, 'rows' | 'rejected' | 'dialect' | 'fields' | 'notices'> {
  /** Without the descriptor where that stands in an object of its own, or is too long. */
  schema?: { inferred: boolean; descriptor?: Record<string, unknown> };
  /** Names of the documents that lie beside the output. */
  documents?: readonly string[];
  /** Without the profile, and without drift where that is too long. */
  facts?: Facts;
}

/** S3 takes 2 KB of metadata in all; the stamp itself needs about 300 bytes. */
const maxReportLength = 1_500;
const prefix = 'tributary-';

/**
 * The fingerprint of one piece of work. `options` are the parsed ones, so that a default written out and a default left
 * out are the same; `build` is a digest of the code itself.
 * @example fingerprintOf({ input: { etag: 'abc' }, options: {}, service: { name: 'csv-to-parquet', version: '1.2.0' }, build: '5f0c' })
 */
export function fingerprintOf({
  input,
  options,
  hints = {},
  references = [],
  service,
  build,
}: {
  input: Pick<ObjectRef, 'etag' | 'versionId'>;
  options: unknown;
  /** What the step before has told of the input, as far as the converter goes by it. */
  hints?: unknown;
  /** Other objects that the rows are judged by. */
  references?: readonly Pick<ObjectRef, 'etag' | 'versionId'>[];
  service: { name: string; version: string };
  build: string;
}): string {
  return digest([
    input.etag,
    input.versionId ?? '',
    canonical(options),
    canonical(hints),
    ...references.flatMap(({ etag, versionId = '' }) => [etag, versionId]),
    service.name,
    service.version,
    build,
  ]);
}

/**
 * What the quarantine file of an output is called by: no two inputs, and no two runs over one that differ in anything,
 * share it, and all deliveries of one event do. It follows from the stamp, so an output leads to its rejects without a
 * listing, which a role may not make.
 */
export function rejectsIdOf({ origin, fingerprint, sequencer }: Stamp): string {
  return digest([origin, fingerprint, sequencer]).slice(0, 12);
}

/** The digest that tells inputs apart: see `Stamp.origin`. */
export function originOf(places: readonly { bucket: string; key: string }[]): string {
  return digest(places.flatMap(({ bucket, key }) => [bucket, key]));
}

/** The metadata of an output about to be written. Run ids come from events: what is not plain ASCII is escaped. */
export function stampMetadata(stamp: Stamp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stamp).map(([name, value]) => [prefix + name, encodeURIComponent(value)]),
  );
}

/** Reads a stamp back; undefined for an object that none of our services wrote. */
export function readStamp(metadata: Record<string, string> = {}): Stamp | undefined {
  const [fingerprint, sequencer, origin, run, replaced] = [
    'fingerprint',
    'sequencer',
    'origin',
    'run',
    'replaced',
  ].map((name) => metadata[prefix + name]);
  if (fingerprint === undefined || sequencer === undefined || origin === undefined) return undefined;
  try {
    return {
      fingerprint,
      sequencer: decodeURIComponent(sequencer),
      origin,
      run: decodeURIComponent(run ?? ''),
      ...(replaced !== undefined && { replaced }),
    };
  } catch {
    return undefined;
  }
}

/**
 * True if they are of one piece of work, so that whatever it writes holds the same rows; and the same bytes if it is the
 * same run too. (An event that S3 sends twice under two ids makes two runs, whose outputs differ in the run they name.)
 */
export function isSameWork(a: Stamp | undefined, b: Stamp): boolean {
  return a?.origin === b.origin && a.fingerprint === b.fingerprint && a.sequencer === b.sequencer;
}

/**
 * The report as metadata: without schema, names of fields and drift where those are too long for S3, or nothing at all. The
 * descriptor of an inferred schema lies in an object of its own.
 */
export function reportMetadata(report: KeptReport): Record<string, string> {
  const { rows, rejected, dialect, fields, notices, schema, documents } = report;
  const kept = {
    rows,
    rejected,
    dialect,
    notices,
    documents,
    schema: schema && { inferred: schema.inferred },
  };
  const full = schema?.inferred ? kept : { ...kept, schema };
  const facts = report.facts?.drift && { drift: report.facts.drift };
  for (const part of [{ ...full, fields, facts }, { ...kept, fields, facts }, { ...kept, facts }, kept]) {
    const text = Buffer.from(JSON.stringify(part)).toString('base64url');
    if (text.length <= maxReportLength) return { [`${prefix}report`]: text };
  }
  return {};
}

/** Reads a report back; undefined if the object was too large, or the report too long, to carry one. */
export function readReport(metadata: Record<string, string> = {}): KeptReport | undefined {
  const text = metadata[`${prefix}report`];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as KeptReport;
  } catch {
    return undefined;
  }
}

/** JSON with sorted keys: the same value always gives the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** 128 bits are plenty for telling a handful of versions of one key apart. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
