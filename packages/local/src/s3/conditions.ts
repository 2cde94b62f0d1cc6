import type { IncomingHttpHeaders } from 'node:http';
import { notImplemented, S3Error } from './errors.ts';

/** What conditions are asked of: an object's ETag (without quotes) and time of change (ms). */
export interface Subject {
  etag: string;
  modified: number;
}

/** Conditions on an object that exists, from the headers of a read or of a copy's source. */
export interface ReadConditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
  ifUnmodifiedSince?: string | undefined;
}

export function readConditionsOf(headers: IncomingHttpHeaders): ReadConditions {
  return {
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSince: headers['if-modified-since'],
    ifUnmodifiedSince: headers['if-unmodified-since'],
  };
}

export function copyConditionsOf(headers: IncomingHttpHeaders): ReadConditions {
  const at = (name: string) => headers[`x-amz-copy-source-${name}`] as string | undefined;
  return {
    ifMatch: at('if-match'),
    ifNoneMatch: at('if-none-match'),
    ifModifiedSince: at('if-modified-since'),
    ifUnmodifiedSince: at('if-unmodified-since'),
  };
}

/**
 * Whether a read may go on. ETags outrank dates, as RFC 9110 (13.2.2) and S3 say.
 * @throws S3Error PreconditionFailed (412), NotModified (304)
 */
export function checkRead(conditions: ReadConditions, subject: Subject): void {
  switch (judge(conditions, subject)) {
    case 'failed':
      throw failed(conditions.ifMatch !== undefined ? 'If-Match' : 'If-Unmodified-Since');
    case 'not-modified':
      throw new S3Error('NotModified');
  }
}

/** The same for the source of a copy, where "not modified" is a failure too. @throws S3Error PreconditionFailed */
export function checkCopySource(conditions: ReadConditions, subject: Subject): void {
  if (judge(conditions, subject) !== 'go on') throw failed('x-amz-copy-source conditions');
}

function judge(conditions: ReadConditions, { etag, modified }: Subject): 'go on' | 'failed' | 'not-modified' {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // HTTP dates know no fractions of a second.
  const second = Math.floor(modified / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, etag)) return 'failed';
  } else if (ifUnmodifiedSince !== undefined && second > Date.parse(ifUnmodifiedSince)) return 'failed';
  if (ifNoneMatch !== undefined) {
    if (listsEtag(ifNoneMatch, etag)) return 'not-modified';
  } else if (ifModifiedSince !== undefined && second <= Date.parse(ifModifiedSince)) return 'not-modified';
  return 'go on';
}

/** Conditions on what a write would replace. */
export interface WriteConditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: boolean;
}

/** @throws S3Error NotImplemented for an `If-None-Match` that is not `*`, as S3 has it */
export function writeConditionsOf(headers: IncomingHttpHeaders): WriteConditions {
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*')
    throw notImplemented('If-None-Match with anything but * on a write');
  const ifMatch = headers['if-match'];
  if (ifNoneMatch !== undefined && ifMatch !== undefined)
    throw notImplemented('If-Match together with If-None-Match');
  return { ifMatch, ifNoneMatch: ifNoneMatch !== undefined };
}

/**
 * Whether a write may replace what is there. Must run in the same turn as the write itself.
 * @throws S3Error PreconditionFailed (412); NoSuchKey (404) where `If-Match` finds nothing
 */
export function checkWrite(conditions: WriteConditions, current: Subject | undefined): void {
  if (conditions.ifNoneMatch && current) throw failed('If-None-Match');
  if (conditions.ifMatch === undefined) return;
  if (!current) throw new S3Error('NoSuchKey');
  if (!listsEtag(conditions.ifMatch, current.etag)) throw failed('If-Match');
}

/** The same for a delete, where `If-Match: *` on nothing is 412. @throws S3Error PreconditionFailed, NoSuchKey */
export function checkDelete(ifMatch: string | undefined, current: Subject | undefined): void {
  if (ifMatch === undefined) return;
  if (!current) throw ifMatch.trim() === '*' ? failed('If-Match') : new S3Error('NoSuchKey');
  if (!listsEtag(ifMatch, current.etag)) throw failed('If-Match');
}

function listsEtag(header: string, etag: string): boolean {
  return header.split(',').some((one) => {
    const wanted = one.trim();
    return wanted === '*' || wanted.replace(/^"|"$/g, '') === etag;
  });
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { Condition: condition });
}
