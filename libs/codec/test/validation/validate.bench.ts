// The validation in one process, from memory into nothing: `node libs/codec/test/validation/validate.bench.ts FILE SCHEMA.json`.
import { readFileSync } from 'node:fs';
import { sourceOf } from '../../src/byte-source.ts';
import { parseOptions } from '../../src/options.ts';
import { schemaValidator } from '../../src/validation/schema-validator.ts';
import { validate } from '../../src/validation/validate.ts';

const [file = '', schemaFile = ''] = process.argv.slice(2);
const input = readFileSync(file);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));

async function measure(name: string, value: object): Promise<void> {
  const before = process.cpuUsage();
  const start = performance.now();
  let bytes = 0;
  const report = await validate(
    {
      source: sourceOf(input),
      restart: async () => sourceOf(input),
      hints: {},
      sink: {
        async write(part: Uint8Array) {
          bytes += part.length;
        },
      },
      openPart: () => Promise.reject(new Error('no parts')),
      reject: () => {},
      attach: () => {},
      tell: () => {},
      openReference: () => Promise.reject(new Error('no references')),
    },
    parseOptions(schemaValidator, { schema, ...value }),
  );
  const passed = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${name.padEnd(34)} ${((user + system) / 1e6).toFixed(2)} s CPU  ${passed.toFixed(2)} s  ${(input.length / passed / 1e6).toFixed(0).padStart(5)} MB/s  ${report.rows} rows, ${report.rejected} rejected, ${(bytes / 1e6).toFixed(1)} MB`,
  );
}

console.log(`${(input.length / 1e6).toFixed(0)} MB`);
for (let round = 0; round < 2; round++) {
  await measure('split', {});
  await measure('split, no profile', { report: { profile: false } });
  await measure('gate', { mode: 'gate' });
  await measure('split, key of two columns', {
    schema: { ...schema, primaryKey: ['orderkey', 'linenumber'] },
  });
}
console.log(
  `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB at most, ${(input.length / 2 ** 20).toFixed(0)} of them input`,
);
