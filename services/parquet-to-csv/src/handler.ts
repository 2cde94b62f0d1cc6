import { parquetToCsv } from '@tributary/codec/parquet-to-csv';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(parquetToCsv, { version: manifest.version });
