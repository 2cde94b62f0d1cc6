import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTree } from '@nx/devkit/testing';
import { checkChains, readCases, readChainFile, runCases, services } from '@tributary/chain';
import { afterAll, expect, test } from 'vitest';
import generateChain from '../generators/chain/generator.ts';

const checkout = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tributary-generated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Generates a chain, and checks and tests it as the commands do, without having touched a line of it. */
async function generateAndTest(name: string, ...steps: string[]): Promise<string[]> {
  const tree = createTree();
  tree.write('package-lock.json', JSON.stringify({ packages: {} }));
  await generateChain(tree, { name, steps: steps.join(',') });
  for (const { path, content } of tree.listChanges()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content!);
  }
  const own = join(folder, 'services/chains', name);
  const file = readChainFile(join(own, 'chain.yml'));
  const surroundings = { stage: 'dev', region: 'us-east-1', params: {}, services };
  const { graphs, mistakes } = await checkChains([file], surroundings);
  expect(mistakes).toEqual([]);
  const cases = readCases(graphs[0]!, 'chain.test.yml', readFileSync(join(own, 'chain.test.yml'), 'utf8'));
  const faults: string[] = [];
  const readFile = (path: string) => readFileSync(join(own, path));
  await runCases(graphs[0]!, cases, { checkout, readFile }, (result) => faults.push(...result.faults));
  expect(cases).toHaveLength(1);
  return faults;
}

test('a generated chain of the generated converters passes its own check and test', async () => {
  const steps = ['json-lines-to-csv', 'csv-to-csv', 'csv-to-parquet', 'parquet-to-csv', 'split-by-column'];
  expect(await generateAndTest('events', ...steps)).toEqual([]);
}, 180_000);

test('and one of those that cannot do without options', async () => {
  expect(
    await generateAndTest('records', 'fixed-width-to-tsv', 'schema-validator', 'csv-to-parquet'),
  ).toEqual([]);
}, 180_000);

test('and one that starts at Parquet', async () => {
  expect(await generateAndTest('tables', 'parquet-to-csv')).toEqual([]);
}, 180_000);
