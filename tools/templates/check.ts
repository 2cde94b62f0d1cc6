// Part of `npm run check`: packages every service and chain, alone and wired, and refuses wildcards that have no reason and what
// cfn-lint finds.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageStack } from '../demo/package-stack.ts';
import { lintTemplates } from './lint.ts';
import { ALLOWED, findWildcards } from './wildcards.ts';

const root = join(import.meta.dirname, '../..');
const services = join(root, 'services');
const written = join(root, '.tributary/templates');
mkdirSync(written, { recursive: true });

/** Options of services that cannot do without. */
const options: Record<string, object> = {
  'fixed-width-to-tsv': { layout: { fields: [{ name: 'all', start: 0, end: null }] } },
  'schema-validator': { schema: { fields: [{ name: 'a', type: 'any' }] } },
  'split-by-column': { by: ['a'] },
};

/** Params that wire a service to a source, so that its grants are in the template. */
function wiring(service: string): Record<string, string> {
  const file = join(written, `${service}.options.json`);
  writeFileSync(file, JSON.stringify(options[service] ?? {}));
  return {
    sourceBucket: 'landing',
    sourcePrefix: 'in/',
    outputBucket: 'lake',
    outputPrefix: 'out/',
    createBuckets: 'true',
    kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    options: file,
  };
}

const deployable = (folder: string) =>
  readdirSync(join(services, folder)).flatMap((name) => {
    const service = join(folder, name);
    return existsSync(join(services, service, 'serverless.yml')) ? [service] : [];
  });

const templates: string[] = [];
let found = 0;
for (const service of [...deployable('.'), ...deployable('chains')]) {
  const converts = existsSync(join(services, service, 'deployment.cjs'));
  for (const params of converts ? [{}, wiring(service)] : [{}]) {
    const folder = await packageStack(service, params);
    const text = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    const kind = params.sourceBucket === undefined ? '' : '.wired';
    const kept = join(written, `${basename(service)}${kind}.template.json`);
    writeFileSync(kept, text);
    templates.push(kept);
    for (const { resource, member, value } of findWildcards(JSON.parse(text))) {
      console.error(`services/${service}: ${resource}: ${member} ${value}`);
      found++;
    }
  }
}
console.log(`Templates: ${templates.length} checked, ${found} wildcards without a reason`);
const linted = lintTemplates(templates);
console.log(
  linted === undefined
    ? 'cfn-lint: not on this machine (pip install cfn-lint), left out'
    : `cfn-lint: ${linted.length} findings`,
);
for (const finding of linted ?? []) console.error(finding);
if (linted !== undefined && linted.length > 0) process.exitCode = 1;
if (found > 0) {
  console.error('Wildcards may stand for:');
  for (const { what, why } of ALLOWED) console.error(`- ${what}: ${why}`);
  process.exitCode = 1;
}
