import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadPage } from '../src/server/static-page.ts';
import { isBuilt } from './stage.ts';

const MOST_BYTES = 250_000;

it.skipIf(!isBuilt)('the page is small, and names nothing from elsewhere', async () => {
  const files = [...new Set((await loadPage(join(import.meta.dirname, '../dist'))).values())];
  const gzipped = files.reduce((sum, file) => sum + file.gzipped.length, 0);
  expect(gzipped).toBeLessThan(MOST_BYTES);
  for (const { bytes } of files) {
    const links = bytes.toString('utf8').match(/(?:src|href|url)[=(]["']?https?:/g);
    expect(links).toBeNull();
  }
});
