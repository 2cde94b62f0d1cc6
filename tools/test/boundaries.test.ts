import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findViolations } from '../boundaries/find-violations.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  plant(
    'package.json',
    JSON.stringify({
      workspaces: ['libs/*', 'services/*', 'packages/*', 'tools'],
      devDependencies: { vitest: '1' },
    }),
  );
  for (const folder of [
    'libs/codec',
    'libs/events',
    'libs/service',
    'services/a',
    'services/b',
    'packages/cli',
    'packages/local',
    'tools',
  ]) {
    const name = `@t/${folder.split('/').at(-1)}`;
    plant(
      `${folder}/package.json`,
      JSON.stringify({ name, dependencies: { zod: '4', '@aws-sdk/client-s3': '3' } }),
    );
  }
});

afterEach(() => rmSync(root, { recursive: true }));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe('boundaries', () => {
  it.each([
    ['a lib imports a package', 'libs/codec/src/x.ts', "import '@t/local';"],
    ['a lib imports a service', 'libs/service/src/x.ts', "import '@t/a';"],
    ['a pure lib imports another', 'libs/events/src/x.ts', "import { a } from '@t/codec';"],
    ['codec imports service', 'libs/codec/src/x.ts', "export * from '@t/service';"],
    ['a service imports another', 'services/a/src/x.ts', "import type { X } from '@t/b';"],
    ['a package imports a service', 'packages/cli/src/x.ts', "const x = await import('@t/a');"],
    ['a package imports a package it may not', 'packages/local/src/x.ts', "import '@t/cli';"],
    ['a path leaves its project', 'services/a/src/x.ts', "import '../../b/src/y.ts';"],
    ['a lib other than service imports the AWS SDK', 'libs/codec/src/x.ts', "import '@aws-sdk/client-s3';"],
    ['a package that is not declared', 'services/a/src/x.ts', "import 'left-pad';"],
    ['a tool of the workspace in shipped code', 'services/a/src/x.ts', "import 'vitest';"],
    ['local AWS outside a test', 'libs/service/src/x.ts', "import '@t/local';"],
    ['a kernel face of the codec', 'libs/codec/src/kernel/x.ts', "import '@t/events';"],
  ])('catches: %s', (_name, file, text) => {
    plant(file, `// first line\n${text}\n`);
    const { violations } = findViolations(root);
    expect(violations.map(({ place }) => place)).toEqual([`${file}:2`]);
  });

  it.each([
    ['service lib imports codec', 'libs/service/src/x.ts', "import '@t/codec'; import '@aws-sdk/client-s3';"],
    [
      'a service imports libs',
      'services/a/src/x.ts',
      "import '@t/service'; import './y.ts'; import 'node:fs'; import 'zod';",
    ],
    ['a test uses the local AWS', 'libs/service/test/x.test.ts', "import '@t/local'; import 'vitest';"],
    ['the command line starts the local AWS', 'packages/cli/src/x.ts', "import '@t/local';"],
    ['tools import anything', 'tools/x.ts', "import '@t/a'; import '@t/cli'; import 'vitest';"],
  ])('allows: %s', (_name, file, text) => {
    plant(file, text);
    const { violations, imports } = findViolations(root);
    expect(violations).toEqual([]);
    expect(imports).toBeGreaterThan(0);
  });

  it('finds the imports of this very workspace', () => {
    const { imports } = findViolations(join(import.meta.dirname, '../..'));
    expect(imports).toBeGreaterThan(20);
  });
});
