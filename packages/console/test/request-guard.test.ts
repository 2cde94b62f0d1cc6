import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { guardRequest, securityHeaders } from '../src/server/request-guard.ts';

const own = { host: '127.0.0.1:4567' };

function statusOf(method: string, headers: Record<string, string>): number {
  try {
    guardRequest({ method, headers } as unknown as IncomingMessage, 4567);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

describe('a request to the console', () => {
  it.each([
    ['from the page', 'GET', own, 200],
    ['by the other name of this machine', 'GET', { host: 'localhost:4567' }, 200],
    [
      'from a link elsewhere',
      'GET',
      { ...own, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
      200,
    ],
    [
      'of another site’s script',
      'GET',
      { ...own, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' },
      403,
    ],
    ['to a name that points here', 'GET', { host: 'evil.example:4567' }, 421],
    ['to another port', 'GET', { host: '127.0.0.1:80' }, 421],
    ['without a host', 'GET', {}, 421],
    ['that changes something, from the page', 'POST', { ...own, origin: 'http://127.0.0.1:4567' }, 200],
    ['that changes something, from elsewhere', 'POST', { ...own, origin: 'https://evil.example' }, 403],
    ['that changes something, from nowhere', 'POST', own, 403],
    ['that changes something, from a sandbox', 'POST', { ...own, origin: 'null' }, 403],
    [
      'that changes something, from another port',
      'POST',
      { ...own, origin: 'http://127.0.0.1:4566', 'sec-fetch-site': 'same-site' },
      403,
    ],
  ])('%s', (_name, method, headers, status) => {
    expect(statusOf(method, headers as Record<string, string>)).toBe(status);
  });

  it('gets a policy that lets nothing in from elsewhere', () => {
    expect(securityHeaders['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
  });
});
