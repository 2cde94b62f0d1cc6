import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface StaticFile {
  bytes: Buffer;
  gzipped: Buffer;
  type: string;
}

const files: Record<string, string> = {
  'index.html': 'text/html; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** The built page, by path. Throws ENOENT where it was not built. */
export async function loadPage(folder: string): Promise<Map<string, StaticFile>> {
  const loaded = new Map<string, StaticFile>();
  for (const [name, type] of Object.entries(files)) {
    const bytes = await readFile(join(folder, name));
    loaded.set(`/${name}`, { bytes, gzipped: gzipSync(bytes), type });
  }
  loaded.set('/', loaded.get('/index.html')!);
  return loaded;
}
