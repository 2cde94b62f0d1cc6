import { csvToParquet } from '@tributary/codec/csv-to-parquet';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(csvToParquet, { version: manifest.version });
