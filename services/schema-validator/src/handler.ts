import { schemaValidator } from '@tributary/codec/schema-validator';
import { serve } from '@tributary/service';
import manifest from '../package.json' with { type: 'json' };

export const handler = serve(schemaValidator, { version: manifest.version });
