import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/**
 * Nothing but the page itself: no inline script, nothing from elsewhere, no frame around it. `style-src` has no
 * unsafe-inline: the page sets single properties over the DOM, which is no inline style.
 */
export const securityHeaders: Record<string, string> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Refuses what another site's page may have sent. The Host must be this server's own address: a name that an attacker
 * lets point to 127.0.0.1 (DNS rebinding) is another. What changes something must come from a page of this server.
 * @throws ApiError
 */
export function guardRequest({ method, headers }: IncomingMessage, port: number): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase()))
    throw new ApiError(421, {
      code: 'wrong-host',
      message: 'The console answers to its own address only',
      expected: hosts[0]!,
      got: headers.host ?? 'no Host header',
    });
  const site = headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  const otherOrigin = origin !== undefined && origin !== `http://${headers.host}`;
  const reads = method === 'GET' || method === 'HEAD';
  // A link or a bookmark may lead here; another site's script may not read along.
  if (
    reads
      ? foreign && headers['sec-fetch-dest'] !== 'document'
      : foreign || otherOrigin || origin === undefined
  )
    throw new ApiError(403, {
      code: 'foreign-origin',
      message: 'Only the console itself may ask for this',
      expected: `http://${hosts[0]}`,
      got: origin ?? site ?? 'no Origin header',
    });
}
