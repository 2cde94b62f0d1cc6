import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Journal } from '../src/journal.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const filesOf = (path: string) => readdirSync(path).sort();

async function contents<T>(journal: Journal<T>): Promise<Map<string, T | undefined>> {
  return new Map(await Promise.all(journal.ids().map(async (id) => [id, await journal.read(id)] as const)));
}

test('is what a map would be, over restarts, for whatever is asked at once', async () => {
  const id = fc.constantFrom('a', 'b', 'c', '__proto__', '../x', 'ü\n');
  const step = fc.oneof(
    fc.record({ write: id, text: fc.string({ maxLength: 30 }) }),
    fc.record({ remove: id }),
    fc.constant('wait' as const),
    fc.constant('restart' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const path = mkdtempSync(join(tmpdir(), 'journal-'));
      let journal = await Journal.open<string>(path);
      const model = new Map<string, string>();
      let asked: Promise<void>[] = [];
      for (const one of [...steps, 'restart' as const]) {
        if (typeof one === 'object' && 'write' in one) {
          asked.push(journal.write(one.write, one.text));
          model.set(one.write, one.text);
        } else if (typeof one === 'object') {
          asked.push(journal.remove(one.remove));
          model.delete(one.remove);
        } else {
          await Promise.all(asked);
          asked = [];
          if (one === 'restart') journal = await Journal.open<string>(path);
          expect(await contents(journal)).toEqual(model);
        }
      }
      await journal.destroy();
    }),
  );
});

test('half a line that a kill has left is not read, and nothing is written behind it', async () => {
  const path = folder();
  const first = await Journal.open<number>(path);
  await first.write('whole', 1);
  appendFileSync(join(path, filesOf(path)[0]!), '{"id":"half","entr');
  const second = await Journal.open<number>(path);
  await second.write('next', 2);
  const third = await Journal.open<number>(path);
  expect(await contents(third)).toEqual(
    new Map([
      ['whole', 1],
      ['next', 2],
    ]),
  );
});

test('files go as their entries do, and one entry that stays does not keep the others', async () => {
  const path = folder();
  const journal = await Journal.open<string>(path);
  const text = 'x'.repeat(300_000);
  await journal.write('stays', 'here');
  for (let at = 0; at < 200; at++) {
    await journal.write(`${at}`, text);
    await journal.remove(`${at}`);
  }
  const bytes = filesOf(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  expect(bytes).toBeLessThan(30 * 1024 * 1024);
  expect(await journal.read('stays')).toBe('here');
  expect(await contents(await Journal.open<string>(path))).toEqual(new Map([['stays', 'here']]));
});

test('entries that are too many for memory are read from their files, while others go', async () => {
  const path = folder();
  const journal = await Journal.open<string>(path);
  const text = 'y'.repeat(200_000);
  const ids = Array.from({ length: 200 }, (_, at) => `${at}`);
  await Promise.all(ids.map((id) => journal.write(id, id + text)));
  await Promise.all(
    ids.map(async (id, at) => {
      if (at % 3 > 0) return journal.remove(id);
      expect(await journal.read(id)).toBe(id + text);
    }),
  );
  expect(journal.ids()).toHaveLength(67);
  expect(await journal.read('198')).toBe(`198${text}`);
  expect(await journal.read('199')).toBeUndefined();
});

test('a write that failed is told, and the next one is kept', async () => {
  const path = folder();
  const journal = await Journal.open<string>(path);
  await journal.write('a', '1');
  rmSync(path, { recursive: true });
  await expect(journal.write('b', '2')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await journal.read('a')).toBe('1');
  mkdirSync(path);
  await journal.write('c', '3');
  expect(await contents(await Journal.open<string>(path))).toEqual(new Map([['c', '3']]));
});

test('a removal that failed can be asked for again', async () => {
  const path = folder();
  const journal = await Journal.open<string>(path);
  await journal.write('a', '1');
  await journal.write('b', '2');
  rmSync(path, { recursive: true });
  await expect(journal.remove('a')).rejects.toMatchObject({ code: 'ENOENT' });
  mkdirSync(path);
  await journal.remove('a');
  expect(journal.ids()).toEqual(['b']);
});

test('entries that earlier versions kept in a file each are taken over', async () => {
  const path = folder();
  writeFileSync(join(path, 'old.json'), '{"n":1}');
  await Journal.open(path);
  expect(filesOf(path)).toEqual(['00000001.jsonl']);
  expect(await contents(await Journal.open(path))).toEqual(new Map([['old', { n: 1 }]]));
});

test('what was destroyed takes nothing more', async () => {
  const path = folder();
  const journal = await Journal.open<string>(path);
  await journal.write('a', '1');
  await journal.destroy();
  const next = await Journal.open<string>(path);
  await expect(journal.write('b', '2')).rejects.toThrow('no journal any more');
  expect(next.ids()).toEqual([]);
});
