// Part of `npm run check`: packages every service and chain, alone and wired, and refuses wildcards that have no reason.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageStack } from '../demo/package-stack.ts';
import { ALLOWED, findWildcards } from './wildcards.ts';

const root = join(import.meta.dirname, '../..');
const services = join(root, 'services');

/** Options of services that cannot do without. */
const options: Record<string, object> = {
  'fixed-width-to-tsv': { layout: { fields: [{ name: 'all', start: 0, end: null }] } },
  'schema-validator': { schema: { fields: [{ name: 'a', type: 'any' }] } },
  'split-by-column': { by: ['a'] },
};

/** Params that wire a service to a source, so that its grants are in the template. */
function wiring(service: string): Record<string, string> {
  const folder = join(root, '.tributary/templates');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${service}.json`);
  writeFileSync(file, JSON.stringify(options[service] ?? {}));
  return {
    sourceBucket: 'landing',
    sourcePrefix: 'in/',
    outputBucket: 'lake',
    outputPrefix: 'out/',
    createBuckets: 'true',
    options: file,
  };
}

const deployable = (folder: string) =>
  readdirSync(join(services, folder)).flatMap((name) => {
    const service = join(folder, name);
    return existsSync(join(services, service, 'serverless.yml')) ? [service] : [];
  });

let templates = 0;
let found = 0;
for (const service of [...deployable('.'), ...deployable('chains')]) {
  const converts = existsSync(join(services, service, 'deployment.cjs'));
  for (const params of converts ? [{}, wiring(service)] : [{}]) {
    const folder = await packageStack(service, params);
    const text = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    templates++;
    for (const { resource, member, value } of findWildcards(JSON.parse(text))) {
      console.error(`services/${service}: ${resource}: ${member} ${value}`);
      found++;
    }
  }
}
console.log(`Templates: ${templates} checked, ${found} wildcards without a reason`);
if (found > 0) {
  console.error('Wildcards may stand for:');
  for (const { what, why } of ALLOWED) console.error(`- ${what}: ${why}`);
  process.exitCode = 1;
}
