import { jsonLinesToCsv } from '@tributary/codec/json-lines-to-csv';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(jsonLinesToCsv, { version: manifest.version });
