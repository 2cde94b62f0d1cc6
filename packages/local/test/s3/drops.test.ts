import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Harness, refusal } from './harness.ts';

let harness: Harness;
let client: S3Client;
const Bucket = 'folder';

beforeEach(async () => {
  harness = await Harness.open();
  await harness.s3.createBucket(Bucket, { eventBridge: true });
  client = harness.client();
});
afterEach(() => harness.close());

const told = () =>
  harness.told.map(({ kind, detail }) => `${kind} ${detail.object.key} ${detail.object.size ?? ''}`.trim());
/** Long enough for a second telling to show. */
const calm = () => delay(700);

async function read(Key: string): Promise<string | undefined> {
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(got.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  const text = await got.Body?.transformToString();
  expect(got.ETag).toBe(
    `"${createHash('md5')
      .update(text ?? '')
      .digest('hex')}"`,
  );
  return text;
}

test('a file that is copied, moved or saved into the folder becomes an object and is told of once', async () => {
  writeFileSync(harness.file(Bucket, 'saved.csv'), 'saved');
  const outside = join(harness.directory, '.meta', 'outside');
  writeFileSync(outside, 'moved in');
  mkdirSync(harness.file(Bucket, 'a', 'b'), { recursive: true });
  copyFileSync(outside, harness.file(Bucket, 'a', 'b', '100% sure.csv'));
  renameSync(outside, harness.file(Bucket, 'moved.csv'));
  await harness.until(() => harness.told.length >= 3);
  await calm();
  expect(told().sort()).toEqual([
    'Object Created a/b/100% sure.csv 8',
    'Object Created moved.csv 8',
    'Object Created saved.csv 5',
  ]);
  expect(harness.told[0]?.detail).toMatchObject({ reason: 'PutObject', 'source-ip-address': '127.0.0.1' });
  expect(await read('a/b/100% sure.csv')).toBe('moved in');
  expect(await read('saved.csv')).toBe('saved');
});

test('a file is told of only when whoever writes it is done', async () => {
  const fd = openSync(harness.file(Bucket, 'slow'), 'w');
  writeSync(fd, 'first ');
  await delay(900);
  expect(harness.told).toEqual([]);
  writeSync(fd, 'second');
  closeSync(fd);
  await harness.until(() => harness.told.length > 0);
  await calm();
  expect(told()).toEqual(['Object Created slow 12']);
});

test('what the API writes is told of once, and not taken for a drop', async () => {
  for (let n = 0; n < 20; n++)
    await client.send(new PutObjectCommand({ Bucket, Key: `p/${n % 5}`, Body: `${n}` }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: Buffer.alloc(2_000_000) }));
  await harness.until(() => harness.told.length >= 21);
  await calm();
  expect(harness.told).toHaveLength(21);
});

test('changing a file by hand changes the object, removing it removes the object', async () => {
  const { ETag } = await client.send(
    new PutObjectCommand({ Bucket, Key: 'edited', Body: 'before', Metadata: { a: 'b' } }),
  );
  writeFileSync(harness.file(Bucket, 'edited'), 'after!');
  expect(await read('edited')).toBe('after!');
  const conflict = client.send(new PutObjectCommand({ Bucket, Key: 'edited', Body: 'x', IfMatch: ETag }));
  expect(await refusal(conflict)).toMatchObject({ code: 'PreconditionFailed' });
  appendFileSync(harness.file(Bucket, 'edited'), ' more');
  await harness.until(() => harness.told.length >= 3);
  rmSync(harness.file(Bucket, 'edited'));
  await harness.until(() => harness.told.length >= 4);
  await calm();
  expect(told()).toEqual([
    'Object Created edited 6',
    'Object Created edited 6',
    'Object Created edited 11',
    'Object Deleted edited',
  ]);
  expect(await refusal(read('edited'))).toMatchObject({ code: 'NoSuchKey' });
});

test('what happened while the server was down is found at the start', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'kept', Metadata: { a: 'b' } }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'changed', Body: 'old' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'gone/x', Body: 'gone' }));
  await harness.until(() => harness.told.length >= 3);
  await harness.stop();
  writeFileSync(harness.file(Bucket, 'changed'), 'new content');
  writeFileSync(harness.file(Bucket, 'dropped'), 'dropped');
  rmSync(harness.file(Bucket, 'gone'), { recursive: true });
  harness.told.length = 0;
  await harness.start();
  client = harness.client();
  await harness.until(() => harness.told.length >= 3);
  await calm();
  expect(told().sort()).toEqual([
    'Object Created changed 11',
    'Object Created dropped 7',
    'Object Deleted gone/x',
  ]);
  expect(await read('changed')).toBe('new content');
  const kept = await client.send(new HeadObjectCommand({ Bucket, Key: 'kept' }));
  expect(kept.Metadata).toEqual({ a: 'b' });
});

test('files on their way to another name, and links, are no objects', async () => {
  for (const name of [
    '.DS_Store',
    '.rsync.Xy12',
    'film.mp4.part',
    'page.crdownload',
    'notes.txt~',
    '.notes.swp',
  ]) {
    writeFileSync(harness.file(Bucket, name), 'x');
  }
  symlinkSync('/etc/hostname', harness.file(Bucket, 'link'));
  renameSync(harness.file(Bucket, 'film.mp4.part'), harness.file(Bucket, 'film.mp4'));
  await harness.until(() => harness.told.length > 0);
  await calm();
  expect(told()).toEqual(['Object Created film.mp4 1']);
});

test('a link never leads a write out of the folder', async () => {
  const outside = join(harness.directory, '.meta', 'elsewhere');
  mkdirSync(outside);
  symlinkSync(outside, harness.file(Bucket, 'link'));
  await client.send(new PutObjectCommand({ Bucket, Key: 'link/x', Body: 'inside' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'link', Body: 'beside' }));
  expect(existsSync(join(outside, 'x'))).toBe(false);
  expect(readFileSync(harness.file(Bucket, 'link%dir', 'x'), 'utf8')).toBe('inside');
  expect(await read('link')).toBe('beside');
});

test('a folder that is dropped whole brings all its files, a folder removed takes them', async () => {
  const staging = join(harness.directory, '.meta', 'tree');
  for (let n = 0; n < 30; n++) {
    mkdirSync(join(staging, `d${n % 3}`), { recursive: true });
    writeFileSync(join(staging, `d${n % 3}`, `f${n}`), `${n}`);
  }
  renameSync(staging, harness.file(Bucket, 'tree'));
  await harness.until(() => harness.told.length >= 30);
  rmSync(harness.file(Bucket, 'tree', 'd0'), { recursive: true });
  await harness.until(() => harness.told.length >= 40);
  await calm();
  expect(harness.told).toHaveLength(40);
  const listed = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(listed.KeyCount).toBe(20);
});

test('a folder that is moved away takes its files, and another one in its place brings its own', async () => {
  const [first, second] = ['first', 'second'].map((name) => {
    const folder = join(harness.directory, '.meta', name);
    mkdirSync(join(folder, 'in'), { recursive: true });
    writeFileSync(join(folder, 'in', name), name);
    return folder;
  }) as [string, string];
  const place = harness.file(Bucket, 'feed');
  renameSync(first, place);
  await harness.until(() => harness.told.length >= 1);
  renameSync(place, first);
  renameSync(second, place);
  await harness.until(() => harness.told.length >= 3);
  writeFileSync(join(place, 'in', 'third'), 'third');
  await harness.until(() => harness.told.length >= 4);
  const listed = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['feed/in/second', 'feed/in/third']);
});

test('a folder that goes and comes again at once is watched like a new one', async () => {
  const folder = harness.file(Bucket, 'feed');
  mkdirSync(folder);
  writeFileSync(join(folder, '0'), 'first');
  await harness.until(() => harness.told.length >= 1);
  for (let n = 1; n < 6; n++) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder); // may well get the number that the former one had
    writeFileSync(join(folder, '.keep'), ''); // else it goes with the object that was in it
    await calm();
    writeFileSync(join(folder, `${n}`), 'next');
    await harness.until(() => told().includes(`Object Created feed/${n} 4`));
  }
});

test('a file and a folder that change places leave nothing of each other', async () => {
  const place = harness.file(Bucket, 'x');
  writeFileSync(place, 'file');
  await harness.until(() => told().includes('Object Created x 4'));
  rmSync(place);
  mkdirSync(place);
  writeFileSync(join(place, 'y'), 'below');
  await harness.until(() => told().includes('Object Created x/y 5') && harness.told.length >= 3);
  renameSync(place, join(harness.directory, '.meta', 'aside'));
  writeFileSync(place, 'again');
  await harness.until(() => told().includes('Object Created x 5') && harness.told.length >= 5);
  const listed = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['x']);
});

test('more changes at once than the system keeps are made up for', async () => {
  const max = 20_000; // three changes each, and 16,384 are kept
  mkdirSync(harness.file(Bucket, 'flood'));
  await calm();
  for (let n = 0; n < max; n++) writeFileSync(harness.file(Bucket, 'flood', `${n}`), '');
  await harness.until(() => harness.told.length >= max, 90);
  expect(new Set(told()).size).toBe(max);
}, 120_000);

test('thousands of files at once are taken in', async () => {
  const tree = join(harness.directory, '.meta', 'many');
  mkdirSync(tree);
  for (let n = 0; n < 2000; n++) writeFileSync(join(tree, `f${n}`), `${n}`);
  renameSync(tree, harness.file(Bucket, 'many'));
  await harness.until(() => harness.told.length >= 2000);
  expect(new Set(told()).size).toBe(2000);
});

test('a directory has one server', async () => {
  await expect(Harness.open({}, harness.directory)).rejects.toThrow(/Another process has .* open/);
});
