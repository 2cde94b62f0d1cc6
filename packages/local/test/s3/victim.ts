// A server in a process of its own, made to be killed: `node victim.ts <directory> <file that notifications go to>`.
// `KILL=before:rename` ends it right before the first rename of a request.
import fs, { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

let armed = false;
const [moment, step] = (process.env.KILL ?? '').split(':');

function deadly<Args extends unknown[], Result>(
  name: string,
  work: (...args: Args) => Result,
  matches: (...args: Args) => boolean,
) {
  return function (this: unknown, ...args: Args): Result {
    const fatal = armed && step === name && matches(...args);
    if (fatal && moment === 'before') process.kill(process.pid, 'SIGKILL');
    const result = work.apply(this, args);
    if (fatal && moment === 'after') process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

fs.renameSync = deadly('rename', fs.renameSync, () => true);
fs.rmSync = deadly('remove', fs.rmSync, () => true);
DatabaseSync.prototype.exec = deadly('commit', DatabaseSync.prototype.exec, (sql) => sql === 'COMMIT');
syncBuiltinESMExports();
const { openS3 } = await import('../../src/s3/index.ts');

const [directory = '', told = ''] = process.argv.slice(2);
const s3 = await openS3({
  directory,
  region: 'eu-central-1',
  accountId: '000000000000',
  settleMs: 50,
  notify: ({ kind, detail }) =>
    appendFileSync(told, `${kind} ${detail.object.key} ${detail.object.etag ?? ''}\n`),
});
await s3.createBucket('plain', { eventBridge: true });
await s3.createBucket('versioned', { eventBridge: true, versioning: true });
const server = createServer((request, response) => void s3.handle(request, response));
server.listen(0, '127.0.0.1', () => console.log(String((server.address() as AddressInfo).port)));
armed = true;
