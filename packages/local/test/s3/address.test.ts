import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { readAddress, readCopySource } from '../../src/s3/address.ts';

const read = (host: string, url: string) => {
  const { bucket, key } = readAddress({ headers: { host }, url } as IncomingMessage);
  return [bucket, key];
};

test.each([
  ['127.0.0.1:4566', '/', [undefined, undefined]],
  ['localhost:4566', '/bucket', ['bucket', undefined]],
  ['localhost:4566', '/bucket/', ['bucket', undefined]],
  ['localhost', '/bucket/a//b/', ['bucket', 'a//b/']],
  ['localhost', '/bucket//a', ['bucket', '/a']],
  ['localhost', '/bucket/a%2Fb%20+%25?x=1', ['bucket', 'a/b +%']],
  ['localhost', 'http://localhost/bucket/k', ['bucket', 'k']],
  ['s3.localhost:4566', '/bucket/k', ['bucket', 'k']],
  ['s3.eu-central-1.amazonaws.com', '/bucket/k', ['bucket', 'k']],
  ['bucket.localhost:4566', '/k/l', ['bucket', 'k/l']],
  ['my.bucket.s3.localhost', '/', ['my.bucket', undefined]],
  ['bucket.s3.eu-central-1.amazonaws.com', '/k', ['bucket', 'k']],
  ['bucket.s3-us-west-2.amazonaws.com', '/k', ['bucket', 'k']],
  ['bucket.s3.amazonaws.com', '/../k', ['bucket', '../k']],
] as const)('%s %s', (host, url, expected) => {
  expect(read(host, url)).toEqual(expected);
});

test('what cannot be read is refused', () => {
  expect(() => read('localhost', '/bucket/%zz')).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
  expect(() => read('localhost', '/bucket/%ff')).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
  expect(readCopySource('/bucket/a%20b?versionId=v')).toEqual({ bucket: 'bucket', key: 'a b', version: 'v' });
  expect(readCopySource('bucket/%3FversionId=x')).toEqual({
    bucket: 'bucket',
    key: '?versionId=x',
    version: undefined,
  });
  for (const source of ['', 'bucket', '/bucket/', '%zz/x']) {
    expect(() => readCopySource(source)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  }
});
