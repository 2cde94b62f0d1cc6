import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { signedFetch } from '@tributary/local/test/signed-fetch';
import { pick, type Random } from '../../sample/random.ts';
import { mutate } from '../mutation.ts';
import { join, part, type Target } from '../target.ts';
import { twist } from '../twist.ts';

const bucket = 'fuzzed';
const template = {
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: bucket, VersioningConfiguration: { Status: 'Enabled' } },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } },
  },
};

const keys = [
  'a',
  'a/b',
  '../x',
  '%2e%2e%2fx',
  '%2e',
  '__proto__',
  'constructor',
  'x/../../y',
  '.',
  'a//b',
  encodeURIComponent('𝒳'.repeat(256)),
  '%00',
  '%',
  '%e9',
];
const queries = [
  '',
  'uploads',
  'uploadId=x&partNumber=1',
  'versionId=null',
  'list-type=2&prefix=a&delimiter=/',
  'versions',
  'delete',
  'tagging',
  'acl',
  'x-id=PutObject',
  'list-type=2&max-keys=-1&continuation-token=%00',
];
const bodies = [
  '',
  'hello',
  '<Delete><Object><Key>a</Key></Object><Object><Key>../x</Key></Object></Delete>',
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part></CompleteMultipartUpload>',
  '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Tagging><TagSet>&b;</TagSet></Tagging>',
  '5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n',
];
const headers: [string, string[]][] = [
  ['range', ['bytes=0-1', 'bytes=-0', 'bytes=9-1', 'bytes=a-b', 'bytes=0-1,2-3']],
  ['if-match', ['*', '"x"', 'W/"x"', '"']],
  ['if-none-match', ['*', '"x"']],
  ['x-amz-copy-source', ['/fuzzed/a', '/fuzzed/../x', '%', 'fuzzed/a?versionId=x']],
  ['content-md5', ['AAAA', '!!', 'rL0Y20zC+Fzt72VPzMSk2A==']],
  ['x-amz-checksum-crc32', ['AAAAAA==', 'x']],
  ['x-amz-content-sha256', ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x']],
  ['x-amz-decoded-content-length', ['5', '-1', 'x', '99999999999']],
  ['x-amz-meta-__proto__', ['x']],
  ['x-amz-tagging', ['a=b&__proto__=c', '%', '=']],
  ['expect', ['100-continue']],
  [
    'x-amz-target',
    ['AWSEvents.PutEvents', 'AWSEvents.__proto__', '__proto__.PutEvents', 'AmazonSQS.SendMessage'],
  ],
];

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
}

/** A request whose parts are all odd in their way. */
function makeRequest(random: Random): [Request, Buffer] {
  const query = pick(random, queries);
  const given = Object.fromEntries(
    headers.flatMap(([name, values]) => (random() < 0.12 ? [[name, pick(random, values)]] : [])),
  );
  const method = pick(random, ['GET', 'PUT', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH']);
  const place =
    random() < 0.9
      ? `/${bucket}/${random() < 0.1 ? '' : pick(random, keys)}`
      : pick(random, ['/', '//', '/nobody/x', '/*']);
  const body = Buffer.from(pick(random, bodies));
  return [
    { method, path: `${place}${query ? `?${query}` : ''}`, headers: given },
    random() < 0.4 ? mutate(random, body) : body,
  ];
}

/** What goes wrong without the answer saying so. */
class Watch {
  readonly #outside: string;
  readonly #inside: readonly string[];
  #warning: Error | undefined;

  constructor(folder: string) {
    this.#outside = folder;
    this.#inside = readdirSync(folder);
    process.on('warning', this.#warn);
  }

  #warn = (warning: Error) => {
    this.#warning ??= warning;
  };

  /** @throws Error if the server has warned of something, answered that it is at fault, or left its folder */
  check(status: number, answer: string): void {
    const warning = this.#warning;
    this.#warning = undefined;
    if (warning) throw warning;
    // What is not there is said by 501, which may come without a body.
    if (status >= 500 && status !== 501) throw new Error(`${status} ${answer.slice(0, 500)}`);
    const more = readdirSync(this.#outside).filter((name) => !this.#inside.includes(name));
    if (more.length > 0) throw new Error(`wrote ${more.join()} beside its folder`);
  }

  close(): void {
    process.off('warning', this.#warn);
  }
}

/** The local AWS as it runs, over HTTP: S3 with signed requests, and anything at all without; PutEvents. */
export async function serverTargets(): Promise<Target[]> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'tributary-fuzz-'));
  const path = joinPath(folder, 'fuzz.json');
  writeFileSync(path, JSON.stringify(template));
  const aws = await startLocalAws({ stacks: [path], stateDirectory: joinPath(folder, 'state') });
  const watch = new Watch(folder);
  let open = 3;
  const close = async () => {
    if (--open > 0) return;
    watch.close();
    await aws.stop();
    rmSync(folder, { recursive: true, force: true });
  };

  const s3: Target = {
    name: 'server S3, signed',
    make: (random) => join(...makeRequest(random)),
    async take(input) {
      const [request, body] = part(input) as [Request, Buffer];
      let response: Response;
      try {
        response = await signedFetch(aws, 's3', `${aws.endpoint}${request.path}`, {
          method: request.method,
          headers: request.headers,
          ...(!['GET', 'HEAD'].includes(request.method) && { body: new Uint8Array(body) as never }),
        });
      } catch (error) {
        // What fetch does not send at all.
        if (error instanceof TypeError) return;
        throw error;
      }
      watch.check(response.status, await response.text());
    },
    close,
  };

  const raw: Target = {
    name: 'server, raw bytes',
    make(random) {
      const [{ method, path: where, headers: given }, body] = makeRequest(random);
      const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `${method} ${where} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n${lines.join('')}connection: close\r\n\r\n`;
      const whole = Buffer.concat([Buffer.from(head), body]);
      return random() < 0.7 ? mutate(random, whole) : whole;
    },
    async take(input) {
      const answer = await exchange(aws, input);
      watch.check(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0), answer);
    },
    close,
  };

  const call = {
    Entries: [
      {
        Source: 'a',
        DetailType: 'b',
        Detail: '{"x":[1,{"y":"z"}]}',
        EventBusName: 'steps',
        Time: 1_700_000_000,
        Resources: ['r'],
      },
      { Source: 'a', DetailType: 'b', Detail: '{"__proto__":{"polluted":true}}' },
    ],
  };
  const putEvents: Target = {
    name: 'server PutEvents, signed',
    make(random) {
      const text = Buffer.from(JSON.stringify(twist(random, twist(random, call))));
      return random() < 0.3 ? mutate(random, text) : text;
    },
    async take(input) {
      const response = await signedFetch(aws, 'events', `${aws.endpoint}/`, {
        method: 'POST',
        headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
        body: new Uint8Array(input) as never,
      });
      watch.check(response.status, await response.text());
    },
    close,
  };
  return [s3, raw, putEvents];
}

/** Sends bytes as they are, and reads until the other side has ended, or has said nothing for a while. */
async function exchange({ port }: LocalAws, bytes: Buffer): Promise<string> {
  const pieces: Buffer[] = [];
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
  return Buffer.concat(pieces).toString('latin1');
}
