// Writes dist/chain.schema.json, by which editors complete and check a chain.yml.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainJsonSchema } from './src/chain-file/json-schema.ts';
import { services } from './src/services.ts';

const dist = join(import.meta.dirname, 'dist');
mkdirSync(dist, { recursive: true });
writeFileSync(
  join(dist, 'chain.schema.json'),
  `${JSON.stringify(await chainJsonSchema(services), null, 2)}\n`,
);
