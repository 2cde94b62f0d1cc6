import { inflate, parseOptions, runConversion, sourceOf } from '@tributary/codec';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { inferFixedWidthLayout } from '@tributary/codec/infer';
import { UsageError } from './failure.ts';
import { openSource } from './file-source.ts';

/** Bytes looked at, inflated. */
const sampleBytes = 1024 * 1024;
const previewRows = 5;
const widestCell = 40;

type Layout = ReturnType<typeof inferFixedWidthLayout>['layout'];

/** `tributary infer FORMAT FILE`: an options file to stdout, what it makes of the file's start to stderr. */
export async function infer(format: string, path: string, flags: { quiet?: boolean }): Promise<void> {
  if (format !== 'fixed-width')
    throw new UsageError({
      code: 'unknown-format',
      what: 'There is no inferring such a format',
      expected: 'fixed-width',
      got: format,
    });
  const { sample, complete } = await readSample(path);
  const { layout, confidence, notes } = inferFixedWidthLayout(sample, { complete });
  console.log(printOptions(layout));
  if (flags.quiet) return;
  console.error(`\nconfidence ${Math.round(confidence * 100)} %`);
  for (const note of notes) console.error(`  ${note}`);
  console.error(`\n${await preview(sample, layout)}`);
}

async function readSample(path: string): Promise<{ sample: Uint8Array; complete: boolean }> {
  const file = await openSource(path);
  const options = parseOptions(fixedWidthToTsv, { layout: { fields: [{ width: 1, name: 'any' }] } });
  const source = inflate(file, options.input);
  try {
    const sample = new Uint8Array(sampleBytes);
    let filled = 0;
    for (let count = 1; count > 0 && filled < sampleBytes; filled += count)
      count = await source.read(sample.subarray(filled));
    return { sample: sample.subarray(0, filled), complete: filled < sampleBytes };
  } finally {
    source.close();
    await file.close();
  }
}

/** JSON with one field a line: this file is to be read and changed by hand. */
function printOptions({ fields, ...rest }: Layout): string {
  const inOneLine = (value: unknown) => JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  const others = Object.entries(rest).map(
    ([name, value]) => `,\n    ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n  "layout": {\n    "fields": [\n${fields
    .map((field) => `      ${inOneLine(field)}`)
    .join(',\n')}\n    ]${others.join('')}\n  }\n}`;
}

/** The first rows as the converter writes them, in columns. */
async function preview(sample: Uint8Array, layout: Layout): Promise<string> {
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
  const rows = text
    .split('\n')
    .slice(0, previewRows + 1)
    .filter((row) => row !== '')
    .map((row) =>
      row.split('\t').map((cell) => (cell.length > widestCell ? `${cell.slice(0, widestCell - 1)}…` : cell)),
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
