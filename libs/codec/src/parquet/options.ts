import * as z from 'zod';

const KiB = 1024;
const MiB = 1024 * KiB;

/** How a Parquet file is written, whatever is in it. Every part has a default. */
export const parquetOptions = z
  .strictObject({
    compression: z
      .enum(['zstd', 'snappy', 'gzip', 'none'])
      .default('zstd')
      .describe('Codec of the pages. The file itself is never compressed again.'),
    level: z
      .int()
      .min(1)
      .max(19)
      .optional()
      .describe(
        'Effort of zstd (1 to 19) or gzip (1 to 9), 1 being the fastest. If left out, zstd takes 1 for what is packed to bits and 3 for the rest, gzip 3 and 6. Snappy has none.',
      ),
    rowGroupRows: z
      .int()
      .min(1)
      .max(16 * MiB)
      .default(122_880)
      .describe('Most rows of a row group, the unit in which engines share out a scan.'),
    rowGroupBytes: z
      .int()
      .min(256 * KiB)
      .max(1024 * MiB)
      .default(48 * MiB)
      .describe(
        'Memory in which a row group is gathered, in bytes; a row group ends when the next rows would not fit. Wide or long rows make smaller row groups.',
      ),
    pageRows: z
      .int()
      .min(1)
      .max(16 * MiB)
      .default(122_880)
      .describe('Most rows of a page, the unit in which a reader skips by the page index.'),
    pageBytes: z
      .int()
      .min(1 * KiB)
      .max(64 * MiB)
      .default(1 * MiB)
      .describe(
        'Size of a page before compression, in bytes; one value larger than this is a page of its own.',
      ),
    dictionaryBytes: z
      .int()
      .min(0)
      .max(64 * MiB)
      .default(1 * MiB)
      .describe(
        'Size of a dictionary, in bytes, from which on it must halve its column to be kept; a smaller one need only make it smaller. 0: no dictionaries.',
      ),
    encodings: z
      .enum(['classic', 'delta', 'all'])
      .default('delta')
      .describe(
        'What values may be written as. `classic`: PLAIN and dictionaries, which every reader takes. `delta`: DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY and RLE as well, for DuckDB, Arrow, Trino and the vectorised reader of Spark since late 2022, of Iceberg only since 2026. `all`: also BYTE_STREAM_SPLIT for doubles, which Trino reads since 2022, DuckDB since the end of 2023, the vectorised readers of Spark and Iceberg not before 2026.',
      ),
    pageIndex: z
      .boolean()
      .default(true)
      .describe('Whether to write column and offset indexes, by which readers skip pages.'),
    bloomFilters: z
      .array(z.string())
      .default([])
      .describe('Names of columns to write Bloom filters for: those that are looked up by equality.'),
    bloomFilterError: z
      .number()
      .min(0.0001)
      .max(0.5)
      .default(0.01)
      .describe('Share of absent values that a Bloom filter takes for present.'),
  })
  .refine(({ compression, level }) => compression !== 'gzip' || level === undefined || level <= 9, {
    path: ['level'],
    message: 'gzip knows levels 1 to 9',
  })
  .describe('How the Parquet file is written.');

export type ParquetOptions = z.output<typeof parquetOptions>;
