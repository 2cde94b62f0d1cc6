import { join } from 'node:path';
import { describeTemplate } from '@tributary/service/test/packaged';

describeTemplate('csv-to-parquet', {
  folder: join(import.meta.dirname, '..'),
  maxZipBytes: 1024 * 1024,
  memory: 1769,
  optionFiles: ['schema'],
  options: { dialect: { delimiter: '<' }, output: { partitionBy: ['date'] } },
});
