import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(fixedWidthToTsv, { version: manifest.version });
