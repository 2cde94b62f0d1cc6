// What the local S3 passes by the SDK, next to what this machine copies and hashes: `node throughput.bench.ts [MiB]`.
// The server is a process of its own, as it is for a Lambda function.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  createReadStream,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { makeDirectory } from './harness.ts';

const mib = Number(process.argv[2] ?? 512);
const size = mib * 1024 * 1024;
const directory = makeDirectory();
const file = join(directory, '.source');
const told = join(directory, '.told');
const fd = openSync(file, 'w');
const block = randomBytes(1024 * 1024);
for (let n = 0; n < mib; n++) writeSync(fd, block);
closeSync(fd);

const server = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), directory, told], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const port = await new Promise<string>((resolve) =>
  server.stdout.once('data', (data) => resolve(String(data).trim())),
);
const config = {
  endpoint: `http://127.0.0.1:${port}`,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const client = new S3Client(config);
const unchecked = new S3Client({ ...config, responseChecksumValidation: 'WHEN_REQUIRED' });
const Bucket = 'plain';
const source = () => createReadStream(file, { highWaterMark: 1024 * 1024 });

async function drain(from: S3Client, Key: string): Promise<void> {
  const got = await from.send(new GetObjectCommand({ Bucket, Key }));
  let bytes = 0;
  for await (const chunk of got.Body as AsyncIterable<Uint8Array>) bytes += chunk.length;
  if (bytes !== size) throw new Error(`${bytes} bytes came back`);
}

const runs: [string, () => unknown][] = [
  ['copy a file', () => copyFileSync(file, join(directory, '.copy'))],
  [
    'MD5 on one thread (ETags need it)',
    async () => {
      const hash = createHash('md5');
      for await (const chunk of source()) hash.update(chunk);
      hash.digest();
    },
  ],
  [
    'put, SDK defaults',
    () => client.send(new PutObjectCommand({ Bucket, Key: 'one', Body: source(), ContentLength: size })),
  ],
  [
    'multipart by lib-storage, 4 at once',
    () =>
      new Upload({
        client,
        partSize: 16 << 20,
        queueSize: 4,
        params: { Bucket, Key: 'parts', Body: source() },
      }).done(),
  ],
  ['get, SDK defaults (checks CRC32)', () => drain(client, 'one')],
  ['get, no checksum', () => drain(unchecked, 'one')],
];

function usage(): { cpu: number; peak: number } {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peak: Number(peak) / 1024 };
}

try {
  let copy = 0;
  for (let round = 0; round < 3; round++) {
    for (const [name, run] of runs) {
      const [before, start] = [usage().cpu, performance.now()];
      await run();
      const seconds = (performance.now() - start) / 1000;
      if (name === 'copy a file') copy = seconds;
      const { cpu, peak } = usage();
      const figures = [`${(size / 1e6 / seconds).toFixed(0)} MB/s`, `${(seconds / copy).toFixed(1)}x copy`];
      console.log(
        name.padEnd(38),
        ...figures.map((text) => text.padStart(11)),
        `  server: ${(cpu - before).toFixed(2)} s CPU, peak ${peak.toFixed(0)} MB`,
      );
    }
  }
} finally {
  client.destroy();
  unchecked.destroy();
  server.kill();
  rmSync(directory, { recursive: true, force: true });
}
