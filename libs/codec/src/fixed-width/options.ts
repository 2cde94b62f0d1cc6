import * as z from 'zod';
import { outputOptions, sharedOptions } from '../options.ts';
import { placeFields } from './field-placement.ts';
import { layoutSchema } from './layout.ts';
import { needsEscape } from './tsv.ts';

const output = outputOptions.extend({
  header: z.boolean().default(true).describe('Whether the first row holds the names of the fields.'),
  escape: z
    .enum(['quote', 'backslash', 'reject'])
    .default('quote')
    .describe(
      'A cell with a tab, line end or quote: `quote` puts it in quotes and doubles quotes inside (RFC 4180); `backslash` writes \\t, \\n, \\r and \\\\ (as COPY of PostgreSQL and MySQL, no quotes); `reject` rejects a row with any of these, a quote or a backslash (`unescapable-cell`), so that every reader agrees.',
    ),
});

/** Options of `fixed-width-to-tsv`: `layout`, `output`, `input`, `rejects`. */
export const fixedWidthToTsvOptions = z
  .strictObject({ ...sharedOptions, layout: layoutSchema, output: output.prefault({}) })
  .superRefine((options, context) => {
    if (!options.output.header || options.output.escape !== 'reject') return;
    for (const { name, index } of placeFields(options.layout.fields)) {
      if (needsEscape(name, 'reject')) {
        context.addIssue({
          code: 'custom',
          path: ['layout', 'fields', index, 'name'],
          message: 'holds a tab, line end, quote or backslash, which `escape: reject` cannot write',
          input: name,
        });
      }
    }
  });

export type FixedWidthToTsvOptions = z.output<typeof fixedWidthToTsvOptions>;
