// A server in a process of its own: `node s3-throughput-server.ts <bytes> [<state directory> <template>]`. Without a state
// directory it discards what it is sent and serves zeros: against it, an S3 client shows what itself can do. Tells its endpoint
// over IPC, and what it has used whenever it is asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { startLocalAws } from '@tributary/local';

/** CPU time in seconds and the highest resident size in MiB, since the start. */
export interface Usage {
  cpu: number;
  peakMiB: number;
}

const [bytes = '0', stateDirectory, template] = process.argv.slice(2);
const size = Number(bytes);
const zeros = Buffer.alloc(2 ** 20);

if (stateDirectory && template) {
  const aws = await startLocalAws({ stateDirectory, stacks: [template] });
  process.send!(aws.endpoint);
} else {
  const server = createServer((request, response) =>
    request.method === 'GET' ? serve(response) : discard(request, response),
  );
  server.listen(0, '127.0.0.1', () =>
    process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
}
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpu: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 };
  process.send!(usage);
});
process.on('disconnect', () => process.exit());

function discard(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => {
    const started = request.url!.includes('uploads');
    const answer = started
      ? '<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>'
      : '<CompleteMultipartUploadResult><ETag>"E"</ETag></CompleteMultipartUploadResult>';
    response.writeHead(200, { etag: '"E"', 'content-type': 'application/xml' });
    response.end(request.method === 'POST' ? answer : undefined);
  });
}

/** With a checksum, as S3 answers for an object that came by one PUT (5 GiB at most): the client checks it. */
function serve(response: ServerResponse): void {
  const checksum = size <= 5 * 2 ** 30 && { 'x-amz-checksum-crc32': checksumOfZeros() };
  response.writeHead(200, { 'content-length': size, etag: '"E"', ...checksum });
  let left = size;
  const send = (): void => {
    const length = Math.min(left, zeros.length);
    left -= length;
    if (length > 0) response.write(zeros.subarray(0, length), send);
    else if (!response.writableEnded) response.end();
  };
  // Two pieces are on their way at any time.
  send();
  send();
}

let known: string | undefined;
function checksumOfZeros(): string {
  if (known === undefined) {
    let value = 0;
    for (let left = size; left > 0; left -= zeros.length) value = crc32(zeros.subarray(0, left), value);
    const out = Buffer.alloc(4);
    out.writeUInt32BE(value);
    known = out.toString('base64');
  }
  return known;
}
