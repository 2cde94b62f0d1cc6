import { join } from 'node:path';
import { describeTemplate } from '@tributary/service/test/packaged';

describeTemplate('schema-validator', {
  folder: join(import.meta.dirname, '..'),
  maxZipBytes: 1024 * 1024,
  memory: 1769,
  optionFiles: ['schema'],
  options: { schema: { fields: [{ name: 'price <EUR', type: 'number' }] }, mode: 'gate' },
});
