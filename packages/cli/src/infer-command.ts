import {
  type ByteSource,
  inflate,
  inputOptions,
  parseOptions,
  runConversion,
  sourceOf,
} from '@tributary/codec';
import { inferTable } from '@tributary/codec/delimited';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { inferFixedWidthLayout } from '@tributary/codec/infer';
import { UsageError } from './failure.ts';
import { openSource } from './file-source.ts';

/** Bytes looked at, inflated. */
const sampleBytes = 1024 * 1024;
const previewRows = 5;
const widestCell = 40;

type Layout = ReturnType<typeof inferFixedWidthLayout>['layout'];

/** What was found: an options file, how far to trust it, why, and the first rows by it. */
interface Proposal {
  options: string;
  confidence: number;
  notes: string[];
  /** The names of the columns, then rows. */
  rows: string[][];
}

const formats: Record<string, (source: ByteSource) => Promise<Proposal>> = {
  'fixed-width': inferFixedWidth,
  csv: inferCsv,
};

/** `tributary infer FORMAT FILE`: an options file to stdout, what it makes of the file's start to stderr. */
export async function infer(format: string, path: string, flags: { quiet?: boolean }): Promise<void> {
  if (!Object.hasOwn(formats, format))
    throw new UsageError({
      code: 'unknown-format',
      what: 'There is no inferring such a format',
      expected: Object.keys(formats).join(' or '),
      got: format,
    });
  const file = await openSource(path);
  const source = inflate(file, inputOptions.parse({}));
  try {
    const { options, confidence, notes, rows } = await formats[format]!(source);
    console.log(options);
    if (flags.quiet) return;
    console.error(`\nconfidence ${Math.round(confidence * 100)} %`);
    for (const note of notes) console.error(`  ${note}`);
    console.error(`\n${printTable(rows)}`);
  } finally {
    source.close();
    await file.close();
  }
}

async function inferFixedWidth(source: ByteSource): Promise<Proposal> {
  const sample = await readSample(source);
  const { layout, confidence, notes } = inferFixedWidthLayout(sample, {
    complete: sample.length < sampleBytes,
  });
  return { options: printLayout(layout), confidence, notes, rows: await convertSample(sample, layout) };
}

async function inferCsv(source: ByteSource): Promise<Proposal> {
  const { dialect, confidence, notes, columns, rows } = await inferTable(source, previewRows);
  const parts = Object.entries(dialect).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return {
    options: `{\n  "dialect": {\n${parts.join(',\n')}\n  }\n}`,
    confidence,
    notes,
    rows: [columns, ...rows.map((row) => row.map((cell) => (cell ?? '').replace(/[\r\n\t]/g, ' ')))],
  };
}

async function readSample(source: ByteSource): Promise<Uint8Array> {
  const sample = new Uint8Array(sampleBytes);
  let filled = 0;
  for (let count = 1; count > 0 && filled < sampleBytes; filled += count)
    count = await source.read(sample.subarray(filled));
  return sample.subarray(0, filled);
}

/** JSON with one field a line: this file is to be read and changed by hand. */
function printLayout({ fields, ...rest }: Layout): string {
  const inOneLine = (value: unknown) => JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  const others = Object.entries(rest).map(
    ([name, value]) => `,\n    ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n  "layout": {\n    "fields": [\n${fields
    .map((field) => `      ${inOneLine(field)}`)
    .join(',\n')}\n    ]${others.join('')}\n  }\n}`;
}

/** The first rows as the converter writes them. */
async function convertSample(sample: Uint8Array, layout: Layout): Promise<string[][]> {
  const options = parseOptions(fixedWidthToTsv, {
    layout,
    input: { compression: 'none' },
    output: { compression: 'none', escape: 'backslash' },
    rejects: { maxRejectRatio: 1 },
  });
  let text = '';
  const decoder = new TextDecoder();
  await runConversion(fixedWidthToTsv, options, {
    source: sourceOf(sample),
    sink: {
      async write(bytes) {
        text += decoder.decode(bytes.subarray(0, 64 * 1024), { stream: true });
      },
    },
    quarantine: async () => ({ write: async () => {} }),
  });
  return text
    .split('\n')
    .slice(0, previewRows + 1)
    .filter((row) => row !== '')
    .map((row) => row.split('\t'));
}

/** Rows in columns, with a rule under the first. */
function printTable(all: string[][]): string {
  const rows = all.map((row) =>
    row.map((cell) => (cell.length > widestCell ? `${cell.slice(0, widestCell - 1)}…` : cell)),
  );
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [rows[0] ?? [], rule, ...rows.slice(1)]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
