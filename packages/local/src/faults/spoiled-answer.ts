import type { ServerResponse } from 'node:http';

export type BodyFault = 'resetBody' | 'shortBody' | 'stalledBody' | 'slowBody';

type Headers = Record<string, string | number>;
type Done = (error?: Error | null) => void;

/**
 * Spoils the body that is about to be sent, once `share` of it has gone out; a slow one waits for `slowMs` after each block.
 * Answers without a body (errors among them) are left alone.
 */
export function spoilBody(
  response: ServerResponse,
  fault: BodyFault,
  { share, slowMs }: { share: number; slowMs: number },
): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: Headers) => ServerResponse;
  const write = response.write.bind(response) as (chunk: Uint8Array, done?: Done) => boolean;
  const end = response.end.bind(response) as (chunk?: Uint8Array) => ServerResponse;
  let left = 0;
  let over = false;

  const stop = () => {
    over = true;
    if (fault === 'resetBody') response.socket?.resetAndDestroy();
    else if (fault === 'shortBody') end();
  };
  const pass = (chunk: Uint8Array, done?: Done) => {
    // Whoever waits for a block to go out waits until the client leaves.
    if (over) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length < chunk.length) write(part, stop);
    else write(part, done);
  };

  response.writeHead = ((status: number, headers: Headers) => {
    const length = Number(headers['content-length'] ?? 0);
    if (status >= 300 || length === 0) return writeHead(status, headers);
    if (fault === 'slowBody') {
      response.write = ((chunk: Uint8Array, done?: Done) =>
        write(chunk, () => setTimeout(() => done?.(), slowMs))) as typeof response.write;
      return writeHead(status, headers);
    }
    left = Math.floor(length * share);
    response.write = ((chunk: Uint8Array, done?: Done) => {
      pass(chunk, done);
      return true;
    }) as typeof response.write;
    response.end = ((chunk?: Uint8Array | string) => {
      if (chunk) pass(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      return response;
    }) as typeof response.end;
    // A clean end before the length that was promised needs a promise of none.
    const { 'content-length': _, ...open } = headers;
    return writeHead(status, fault === 'shortBody' ? open : headers);
  }) as typeof response.writeHead;
}

/** Lets the request be carried out and its answer be lost. */
export function loseAnswer(response: ServerResponse): void {
  const lost = (...given: unknown[]) => {
    response.socket?.resetAndDestroy();
    const done = given.find((one) => typeof one === 'function') as Done | undefined;
    done?.();
    return response;
  };
  response.writeHead = lost as typeof response.writeHead;
  response.write = ((...given: unknown[]) => lost(...given) !== undefined) as typeof response.write;
  response.end = lost as typeof response.end;
}
