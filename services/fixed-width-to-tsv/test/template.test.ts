import { join } from 'node:path';
import { describeTemplate } from '@tributary/service/test/packaged';

describeTemplate('fixed-width-to-tsv', {
  folder: join(import.meta.dirname, '..'),
  maxZipBytes: 400 * 1024,
  memory: 1769,
  optionFiles: ['layout'],
  options: { layout: { fields: [{ name: 'a<b', start: 0, end: 3 }] } },
});
