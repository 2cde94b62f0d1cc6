import { BadInput } from '../errors.ts';
import type { InputOptions } from '../options.ts';
import type { Compression } from './signature.ts';

/** Compressed bytes among which something is wrong: zlib and zstd do not say at which. `end` is the first one after. */
export interface Stretch {
  start: number;
  end: number;
}

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

/** @param at where the garbage begins, or the stretch in which it does */
export function trailingGarbage(
  compression: Compression,
  at: { byte: number; compressedByte: number } | Stretch,
): BadInput {
  return new BadInput({
    code: `${compression}-trailing-garbage`,
    what: `Bytes that are not ${compression} follow the compressed data`,
    expected: 'the end of the input, zero padding or more compressed data',
    ...('start' in at ? { got: `something else ${among(at)}` } : { where: at }),
  });
}

export function tooManyBytes({ maxInflatedBytes }: InputOptions, inflated: number): BadInput {
  return new BadInput({
    code: 'inflate-limit',
    what: 'The input inflates beyond the limit',
    expected: `at most ${maxInflatedBytes} bytes (input.maxInflatedBytes)`,
    got: 'more',
    where: { byte: inflated },
  });
}

export function tooHighRatio(
  { maxInflateRatio }: InputOptions,
  { compressed, inflated }: { compressed: number; inflated: number },
): BadInput {
  return new BadInput({
    code: 'inflate-ratio',
    what: 'The input inflates suspiciously well',
    expected: `at most ${maxInflateRatio}:1 (input.maxInflateRatio)`,
    got: `${Math.round(inflated / compressed)}:1`,
    where: { byte: inflated },
  });
}

/**
 * Names what zlib or zstd had to say; errors that are not about the data pass unchanged.
 * @param stretch where the bytes lie that it was at work on; for data that ends too early, the end of the input
 */
export function describeEngineError(error: unknown, compression: Compression, stretch: Stretch): unknown {
  const code = (error as NodeJS.ErrnoException)?.code;
  const said = (error as Error)?.message;
  if (typeof code !== 'string') return error;
  if (code === 'Z_BUF_ERROR') {
    return new BadInput({
      code: `${compression}-truncated`,
      what: `The ${compression} data ends too early`,
      expected: 'a complete stream',
      got: `the end of the input after ${stretch.end} bytes`,
      where: { compressedByte: stretch.end },
    });
  }
  if (said === 'incorrect header check' || code === 'ZSTD_error_prefix_unknown')
    return trailingGarbage(compression, stretch);
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT' || code.startsWith('ZSTD_error_')) {
    return new BadInput(
      {
        code: `${compression}-corrupt`,
        what: `The ${compression} data is corrupt`,
        got: `${said}, noticed ${among(stretch)}`,
      },
      { cause: error },
    );
  }
  return error;
}

function among({ start, end }: Stretch): string {
  return `between compressed bytes ${start} and ${end}`;
}
