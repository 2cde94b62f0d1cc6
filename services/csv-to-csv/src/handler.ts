import { csvToCsv } from '@tributary/codec/csv-to-csv';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(csvToCsv, { version: manifest.version });
