import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the real endpoint. */
export interface Passing {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** What goes wrong with one request. */
export type Fault =
  /** The answer's body stops after so many bytes, and the connection stays open. */
  | { stallAfter: number }
  /** The connection breaks after so many bytes of the answer's body. */
  | { cutAfter: number }
  /** One byte of the answer's body is another on arrival. */
  | { corruptAt: number }
  /** The endpoint's answer never gets through, though the request did. */
  | { loseAnswer: true }
  /** The same, but the connection stays open in silence. */
  | { silence: true }
  /** Something happens before the request gets through. */
  | { before: () => Promise<unknown> };

export interface FaultProxy {
  endpoint: string;
  /** Every request seen so far. */
  passed: Passing[];
  /** Asked for each request; undefined lets it pass. */
  fault: ((passing: Passing) => Fault | undefined) | undefined;
  close(): Promise<void>;
}

/** A real HTTP proxy before a real endpoint that breaks what it is told to break. Signatures hold: nothing is rewritten. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const to = new URL(target);
  const open = new Set<ServerResponse>();

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const passing = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    proxy.passed.push(passing);
    const fault = proxy.fault?.(passing);
    if (fault && 'before' in fault) await fault.before();
    await new Promise<void>((resolve, reject) => {
      const onward = sendRequest(
        {
          host: to.hostname,
          port: to.port,
          method: passing.method,
          path: passing.url,
          headers: passing.headers,
        },
        (answer) => {
          if (fault && 'loseAnswer' in fault) {
            answer.resume().on('end', () => {
              outgoing.destroy();
              resolve();
            });
            return;
          }
          if (fault && 'silence' in fault) {
            answer.resume().on('end', resolve);
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          outgoing.flushHeaders();
          const limit =
            fault && 'stallAfter' in fault
              ? fault.stallAfter
              : fault && 'cutAfter' in fault
                ? fault.cutAfter
                : Infinity;
          let sent = 0;
          let received = 0;
          answer.on('data', (chunk: Buffer) => {
            received += chunk.length;
            if (
              fault &&
              'corruptAt' in fault &&
              fault.corruptAt >= sent &&
              fault.corruptAt < sent + chunk.length
            ) {
              chunk[fault.corruptAt - sent]! ^= 1;
            }
            const rest = chunk.subarray(0, Math.max(0, limit - sent));
            sent += rest.length;
            if (rest.length > 0) outgoing.write(rest);
          });
          answer.on('end', () => {
            // An answer that is all there is over: the client may send its next request on this connection, which must not break then.
            if (sent === received) outgoing.end();
            else if (fault && 'cutAfter' in fault) setTimeout(() => outgoing.destroy(), 20);
            resolve();
          });
          answer.on('error', reject);
        },
      );
      onward.on('error', reject);
      onward.end(passing.body);
    });
  }

  const server = createServer((incoming, outgoing) => {
    open.add(outgoing);
    outgoing.on('close', () => open.delete(outgoing));
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: [],
    fault: undefined,
    async close() {
      for (const outgoing of open) outgoing.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
