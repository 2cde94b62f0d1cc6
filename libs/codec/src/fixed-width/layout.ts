import * as z from 'zod';
import { encodeText, encodings } from '../text/encoding.ts';
import { type PlacedField, placeFields } from './field-placement.ts';

const MAX_FIELDS = 4096;
const MAX_NAME = 256;
const MAX_COMMENT = 64;
/** The longest record any layout may ask for. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

const position = z.int().min(0).max(MAX_RECORD_BYTES);

const trim = z.enum(['both', 'left', 'right', 'none']);
const pad = z
  .string()
  .regex(/^[\0-\x7f]$/, 'must be one ASCII character')
  .refine((character) => character !== '\n' && character !== '\r', 'must not be a line end');

/** One column: `start` and `end`, or `width`. */
export const fieldSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(MAX_NAME)
      .optional()
      .describe('Name in the header. Left out only with `width`, to pass over columns that nobody wants.'),
    start: position.optional().describe('First position of the cell, from 0.'),
    end: position
      .min(1)
      .nullable()
      .optional()
      .describe('Position after the last one of the cell; null: to the end of the record.'),
    width: position
      .min(1)
      .optional()
      .describe('Positions in the cell, which starts where the field before it ends.'),
    trim: trim.optional().describe('For this field, instead of the layout’s `trim`.'),
    pad: pad.optional().describe('For this field, instead of the layout’s `pad`.'),
  })
  .meta({ anyOf: [{ required: ['name', 'start', 'end'] }, { required: ['width'] }] })
  .describe('One column, by `start` and `end` or by `width`. All fields of a layout take the same form.');

/**
 * How a fixed-width file is laid out.
 * @example
 * ```ts
 * layoutSchema.parse({ fields: [{ name: 'date', start: 0, end: 15 }, { name: 'serial', start: 15, end: 36 }], skip: 1 });
 * layoutSchema.parse({ fields: [{ name: 'date', width: 8 }, { width: 2 }, { name: 'sum', width: 9, pad: '0', trim: 'left' }], recordLength: 80 });
 * ```
 */
export const layoutSchema = z
  .strictObject({
    fields: z
      .array(fieldSchema)
      .min(1)
      .max(MAX_FIELDS)
      .describe('The columns, in the order of the output. They may overlap and leave gaps.'),
    unit: z
      .enum(['bytes', 'characters'])
      .default('bytes')
      .describe(
        'What positions count. `characters` are Unicode code points; in the 8-bit encodings both are the same.',
      ),
    trim: trim.default('both').describe('At which ends of a cell padding is removed.'),
    pad: pad
      .default(' ')
      .describe(
        'The padding character. A cell of nothing but `0` padding keeps one `0`; all else becomes empty.',
      ),
    encoding: z
      .enum(encodings)
      .default('utf-8')
      .describe('Encoding of the input; the output is always UTF-8.'),
    recordLength: position
      .min(1)
      .optional()
      .describe('Bytes in each record, with no line end after it. Left out: records end with a newline.'),
    newline: z
      .enum(['auto', 'lf', 'cr'])
      .default('auto')
      .describe(
        'What ends a record: LF or CRLF, only LF (a CR before it is data), or CR. No effect with `recordLength`.',
      ),
    finalNewline: z
      .enum(['optional', 'required'])
      .default('optional')
      .describe(
        'Whether the last record must have its line end. `required` rejects a file that was cut off: `no-final-newline`. No effect with `recordLength`.',
      ),
    skip: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe('Header lines (or records) at the start to pass over.'),
    comment: z
      .string()
      .min(1)
      .max(MAX_COMMENT)
      .optional()
      .describe('Records that start with this text are passed over and counted as `comment-lines`.'),
    blankLines: z
      .enum(['skip', 'empty', 'reject'])
      .default('skip')
      .describe(
        'A record of no bytes or only spaces: passed over and counted as `blank-lines`, a row of empty cells, or a rejected row (`blank-line`).',
      ),
    shortRecords: z
      .enum(['empty', 'reject'])
      .default('empty')
      .describe(
        'A record that ends before its last field does: what is missing is empty and the record is counted as `short-records`, or the row is rejected (`short-record`). With `recordLength` it is always rejected: the file was cut off.',
      ),
    longRecords: z
      .enum(['ignore', 'reject'])
      .default('ignore')
      .describe(
        'A record with more than spaces after its last field: the rest is left out and the record counted as `long-records`, or the row is rejected (`long-record`).',
      ),
    bom: z
      .enum(['strip', 'keep'])
      .default('strip')
      .describe(
        'A UTF-8 byte order mark at the start: dropped, or data. With `strip`, UTF-16 is recognised and refused.',
      ),
    ctrlZ: z
      .enum(['strip', 'keep'])
      .default('strip')
      .describe('Ctrl-Z (0x1A) at the end of the file, or records of nothing else: dropped, or data.'),
    nul: z
      .enum(['space', 'keep', 'reject'])
      .default('space')
      .describe(
        'NUL bytes in a cell after trimming: `space` trims them like padding and writes the rest as spaces (counted as `nul-cells`), `keep` writes them, `reject` rejects the row (`nul-byte`).',
      ),
    invalidUtf8: z
      .enum(['reject', 'replace'])
      .default('reject')
      .describe(
        'A cell that is not UTF-8: the row is rejected (`invalid-utf-8`), or each malformed part becomes U+FFFD (counted as `replaced-cells`).',
      ),
    maxRecordBytes: z
      .int()
      .min(1)
      .max(MAX_RECORD_BYTES)
      .default(1024 * 1024)
      .describe('Reject the file at a record longer than this: `record-too-long`. It bounds memory.'),
  })
  .superRefine((layout, context) => {
    const refuse = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message, input: layout });
    checkForms(layout.fields, refuse);
    if (context.issues.length > 0) return;
    const placed = placeFields(layout.fields);
    if (placed.length === 0) refuse(['fields'], 'no field has a name');
    checkNames(placed, refuse);
    for (const field of placed) {
      const reach = field.end ?? field.start;
      const path = ['fields', field.index];
      if (field.end !== null && field.end <= field.start) {
        refuse([...path, 'end'], `end ${field.end} is not after start ${field.start}`);
      } else if (layout.recordLength !== undefined && reach > layout.recordLength) {
        refuse(path, `ends at ${reach}, past the record’s ${layout.recordLength} bytes`);
      } else if (reach > layout.maxRecordBytes) {
        refuse(
          path,
          `ends at ${reach}, past the longest record of ${layout.maxRecordBytes} bytes (maxRecordBytes)`,
        );
      }
    }
    if (layout.recordLength !== undefined && layout.recordLength > layout.maxRecordBytes) {
      refuse(['recordLength'], `is more than maxRecordBytes, ${layout.maxRecordBytes}`);
    }
    if (layout.comment !== undefined) {
      const bytes = encodeText(layout.comment, layout.encoding);
      if (!bytes) refuse(['comment'], `holds a character that ${layout.encoding} lacks`);
      else if (bytes.length > MAX_COMMENT) refuse(['comment'], `takes more than ${MAX_COMMENT} bytes`);
      else if (/[\r\n]/.test(layout.comment)) refuse(['comment'], 'must not hold a line end');
    }
  })
  .describe('How a fixed-width file is laid out.');

export type Layout = z.output<typeof layoutSchema>;
export type LayoutField = z.output<typeof fieldSchema>;
export type LayoutInput = z.input<typeof layoutSchema>;

type Refuse = (path: PropertyKey[], message: string) => void;

function checkForms(fields: LayoutField[], refuse: Refuse): void {
  const byWidth = fields[0]?.width !== undefined;
  fields.forEach((field, i) => {
    const hasWidth = field.width !== undefined;
    const hasPlace = field.start !== undefined || field.end !== undefined;
    if (hasWidth && hasPlace) refuse(['fields', i], 'takes `start` and `end`, or `width`, not both');
    else if (!hasWidth && !hasPlace) refuse(['fields', i], 'needs `start` and `end`, or `width`');
    else if (hasWidth !== byWidth) {
      refuse(
        ['fields', i],
        'takes another form than the first field: use `start` and `end`, or `width`, for all',
      );
    } else if (!hasWidth && field.start === undefined) refuse(['fields', i, 'start'], 'is missing');
    else if (!hasWidth && field.end === undefined) {
      refuse(['fields', i, 'end'], 'is missing; null means to the end of the record');
    } else if (!hasWidth && field.name === undefined) refuse(['fields', i, 'name'], 'is missing');
  });
}

function checkNames(placed: PlacedField[], refuse: Refuse): void {
  const seen = new Map<string, number>();
  for (const { name, index } of placed) {
    const before = seen.get(name);
    if (before !== undefined)
      refuse(['fields', index, 'name'], `"${name}" is the name of field ${before} too`);
    else seen.set(name, index);
  }
}
