import { tellIssues } from '../chain-file/tell-issues.ts';
import { YamlText } from '../chain-file/yaml-text.ts';
import type { ChainGraph } from '../graph.ts';
import { BadChain, type Mistake } from '../mistake.ts';
import { expectedName } from '../near-name.ts';
import { type TestCase, testFile } from './case-shape.ts';

/** Reads a chain.test.yml. @throws {BadChain} with every mistake in it */
export function readCases({ steps }: ChainGraph, file: string, text: string): TestCase[] {
  const yaml = new YamlText(file, text);
  if (yaml.mistakes.length > 0) throw new BadChain(yaml.mistakes);
  const parsed = testFile.safeParse(yaml.value, { jitless: true });
  if (!parsed.success)
    throw new BadChain(
      tellIssues(parsed.error.issues, testFile, yaml.value, (path, part) => yaml.place(path, part), ''),
    );
  const names = steps.map(({ name }) => name);
  const mistakes = parsed.data.cases.flatMap(({ steps: wanted, events }, index): Mistake[] => {
    const told = [
      ...wanted.map((step, at) => ({ step, path: ['cases', index, 'steps', at] })),
      ...events.map(({ step }, at) => ({ step, path: ['cases', index, 'events', at, 'step'] })),
    ];
    return told
      .filter(({ step }) => !names.includes(step))
      .map(({ step, path }) => ({
        code: 'unknown-step',
        what: `There is no step ${step}`,
        expected: expectedName(step, names),
        where: yaml.place(path),
      }));
  });
  if (mistakes.length > 0) throw new BadChain(mistakes);
  return parsed.data.cases;
}
