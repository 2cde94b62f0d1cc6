import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { identify } from '../../src/s3/file-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-identity-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is known by size and time; what is no file, or lies under one, is nothing', () => {
  const file = join(folder, 'x');
  writeFileSync(file, 'abc');
  expect(identify(file)).toEqual({ size: 3, mtime: expect.stringMatching(/^\d{19}$/) });
  expect(identify(join(folder, 'none'))).toBeUndefined();
  expect(identify(folder)).toBeUndefined();
  expect(identify(join(file, 'y'))).toBeUndefined();
});
