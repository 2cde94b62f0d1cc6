import { BadInput } from '../errors.ts';
import type { InputOptions } from '../options.ts';
import type { Compression } from './signature.ts';

/** How far both sides of an inflation have come. */
export interface Progress {
  compressed: number;
  inflated: number;
}

const where = ({ compressed, inflated }: Progress) => ({ byte: inflated, compressedByte: compressed });

export function notCompressed(compression: Compression, head: Uint8Array): BadInput {
  return new BadInput({
    code: `not-${compression}`,
    what: `The input is not ${compression}, though options say so`,
    expected: compression === 'gzip' ? 'first bytes 1f 8b' : 'first bytes 28 b5 2f fd',
    got:
      head.length === 0
        ? 'an empty input'
        : Buffer.from(head)
            .toString('hex')
            .replace(/..(?=.)/g, '$& '),
    where: { compressedByte: 0 },
  });
}

export function trailingGarbage(compression: Compression, progress: Progress): BadInput {
  return new BadInput({
    code: `${compression}-trailing-garbage`,
    what: `Bytes that are not ${compression} follow the compressed data`,
    expected: 'the end of the input, zero padding or more compressed data',
    where: where(progress),
  });
}

export function tooManyBytes({ maxInflatedBytes }: InputOptions, progress: Progress): BadInput {
  return new BadInput({
    code: 'inflate-limit',
    what: 'The input inflates beyond the limit',
    expected: `at most ${maxInflatedBytes} bytes (input.maxInflatedBytes)`,
    got: 'more',
    where: where(progress),
  });
}

export function tooHighRatio({ maxInflateRatio }: InputOptions, progress: Progress): BadInput {
  return new BadInput({
    code: 'inflate-ratio',
    what: 'The input inflates suspiciously well',
    expected: `at most ${maxInflateRatio}:1 (input.maxInflateRatio)`,
    got: `${Math.round(progress.inflated / progress.compressed)}:1`,
    where: where(progress),
  });
}

/** Names what zlib or zstd had to say; errors that are not about the data pass unchanged. */
export function describeEngineError(error: unknown, compression: Compression, progress: Progress): unknown {
  const code = (error as NodeJS.ErrnoException)?.code;
  const said = (error as Error)?.message;
  if (typeof code !== 'string') return error;
  if (code === 'Z_BUF_ERROR') {
    return new BadInput({
      code: `${compression}-truncated`,
      what: `The ${compression} data ends too early`,
      expected: 'a complete stream',
      got: `the end of the input after ${progress.compressed} bytes`,
      where: where(progress),
    });
  }
  if (said === 'incorrect header check' || code === 'ZSTD_error_prefix_unknown')
    return trailingGarbage(compression, progress);
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT' || code.startsWith('ZSTD_error_')) {
    return new BadInput(
      {
        code: `${compression}-corrupt`,
        what: `The ${compression} data is corrupt`,
        got: said,
        where: where(progress),
      },
      { cause: error },
    );
  }
  return error;
}
