import { splitByColumn } from '@tributary/codec/split-by-column';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(splitByColumn, { version: manifest.version });
