import { S3Error } from './errors.ts';

/** Part of an object: first byte and how many. */
export interface ByteRange {
  offset: number;
  length: number;
}

/**
 * What a `Range` header asks of an object of `size` bytes; undefined means the whole object. As on S3, only one range is
 * served: several, another unit or nonsense are ignored (RFC 9110, 14.2).
 * @throws S3Error InvalidRange (416) if no byte of it is there
 * @example `readRange('bytes=-5', 100)` is `{ offset: 95, length: 5 }`
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/i.exec(header.trim());
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw unsatisfiable(header as string, size);
    return { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < offset) return undefined;
  if (offset >= size) throw unsatisfiable(header as string, size);
  return { offset, length: end - offset + 1 };
}

/**
 * The range of `x-amz-copy-source-range`, which must be whole and inside the source.
 * @throws S3Error InvalidArgument
 */
export function readCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || last < first) {
    throw new S3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (last >= size) {
    throw new S3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
      `Range specified is not valid for source object of size: ${size}`,
    );
  }
  return { offset: first, length: last - first + 1 };
}

/** @example `bytes 95-99/100` */
export function writeContentRange(range: ByteRange, size: number): string {
  return `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`;
}

function unsatisfiable(header: string, size: number): S3Error {
  return new S3Error('InvalidRange', { RangeRequested: header, ActualObjectSize: size }, undefined, {
    'content-range': `bytes */${size}`,
  });
}
