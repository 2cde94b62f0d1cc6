import type { Converter } from '../converter.ts';
import { convertFixedWidth } from './convert.ts';
import { placeFields } from './field-placement.ts';
import { type FixedWidthToTsvOptions, fixedWidthToTsvOptions } from './options.ts';

export { type Layout, type LayoutField, type LayoutInput, layoutSchema } from './layout.ts';
export { type FixedWidthToTsvOptions, fixedWidthToTsvOptions } from './options.ts';
export { FixedWidthPush } from './push.ts';

/** Fixed-width records to tab-separated values in UTF-8. */
export const fixedWidthToTsv: Converter<FixedWidthToTsvOptions> = {
  name: 'fixed-width-to-tsv',
  summary: 'Fixed-width records to tab-separated values',
  options: fixedWidthToTsvOptions,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.tsv', mediaType: 'text/tab-separated-values' },
  outputForm: ({ layout, output: { header } }) => ({
    dialect: { delimiter: '\t', header },
    ...(header && { fields: placeFields(layout.fields).map(({ name }) => name) }),
  }),
  resumes: () => true,
  convert: (io, options) => convertFixedWidth(io, options),
};
