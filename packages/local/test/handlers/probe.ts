import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Context {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  getRemainingTimeInMillis(): number;
}

let invocations = 0;

/** Does what the event says: the ways a function may behave. */
export async function handler(
  event: { do?: string; ms?: number; mb?: number; path?: string } & Record<string, unknown>,
  context: Context,
) {
  invocations++;
  switch (event.do) {
    case 'context':
      return {
        ...context,
        remaining: context.getRemainingTimeInMillis(),
        environment: process.env,
        directory: process.cwd(),
        pid: process.pid,
        invocations,
        version: process.version,
      };
    case 'throw':
      console.error('about to fail');
      throw new TypeError('as asked');
    case 'log':
      console.debug('a detail');
      console.log('a line');
      console.warn('a warning');
      return;
    case 'hang':
      await sleep(60_000);
      return;
    case 'sleep':
      await sleep(event.ms ?? 0);
      return { pid: process.pid };
    case 'wait':
      while (!existsSync(event.path!)) await sleep(10);
      return { pid: process.pid };
    case 'hog': {
      const held: Buffer[] = [];
      for (;;) {
        held.push(Buffer.alloc(16 * 1024 * 1024, 1));
        await sleep(5);
      }
    }
    case 'store': {
      const path = join(tmpdir(), `stored-${event.mb}`);
      const block = Buffer.alloc(1024 * 1024, 1);
      for (let mb = 0; mb < event.mb!; mb++) appendFileSync(path, block);
      return { stored: statSync(path).size };
    }
    case 'exit':
      process.stdout.write('last words');
      process.exit(3);
      break;
    case 'leave-behind':
      // Holds this process's output open after its end.
      spawn(process.execPath, ['-e', `setTimeout(() => {}, ${event.ms})`], { stdio: 'inherit' });
      await sleep(100);
      process.exit(4);
      break;
    case 'reject':
      void Promise.reject(new RangeError('nobody catches this'));
      await sleep(1_000);
      return;
    case 'later':
      setTimeout(() => writeFileSync(event.path!, 'touched'), 50);
      return;
    case 'touch':
      writeFileSync(event.path!, 'touched');
      return;
    case 'large':
      return 'x'.repeat(7 * 1024 * 1024);
    default:
      return event;
  }
}
