import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fingerprintOf,
  originOf,
  readReport,
  readStamp,
  reportMetadata,
  stampMetadata,
} from '../src/stamp.ts';

const work = {
  input: { etag: 'etag', versionId: 'v1' },
  options: { a: 1, b: { c: [1, 2], d: 'x' } },
  service: { name: 'csv', version: '1.0.0' },
  build: 'b1',
};

test('a stamp survives its way through metadata, whatever the run is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (run, sequencer) => {
      const stamp = {
        fingerprint: 'f',
        sequencer,
        origin: 'o',
        run,
        ...(run.length > 3 && { replaced: 'r' }),
      };
      const metadata = stampMetadata(stamp);
      expect(Object.values(metadata).join('')).toMatch(/^[\x20-\x7e]*$/);
      expect(readStamp(metadata)).toEqual(stamp);
    }),
  );
});

test('metadata of other making is no stamp', () => {
  expect(readStamp({})).toBeUndefined();
  expect(readStamp({ 'tributary-fingerprint': 'f', owner: 'me' })).toBeUndefined();
  expect(
    readStamp({ 'tributary-fingerprint': 'f', 'tributary-sequencer': '%E0%A4%A', 'tributary-origin': 'o' }),
  ).toBeUndefined();
  expect(readReport({ 'tributary-report': 'bm90IGpzb24' })).toBeUndefined();
});

test('a fingerprint does not depend on the order of options, and does on everything else', () => {
  const same = { ...work, options: { b: { d: 'x', c: [1, 2] }, a: 1 } };
  expect(fingerprintOf(same)).toBe(fingerprintOf(work));
  const others = [
    { ...work, input: { ...work.input, etag: 'other' } },
    { ...work, input: { ...work.input, versionId: 'v2' } },
    { ...work, input: { etag: 'etag' } },
    { ...work, service: { ...work.service, version: '1.0.1' } },
    { ...work, build: 'b2' },
    { ...work, options: { ...work.options, a: 2 } },
    { ...work, options: { ...work.options, b: { c: [2, 1], d: 'x' } } },
  ];
  expect(new Set([work, ...others].map((each) => fingerprintOf(each))).size).toBe(others.length + 1);
});

test('an origin tells bucket from key', () => {
  expect(originOf([{ bucket: 'ab', key: 'c' }])).not.toBe(originOf([{ bucket: 'a', key: 'bc' }]));
});

test('a report is kept where S3 has room for it, and read back the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 40 }),
      fc.nat(),
      fc.nat(),
      (fields, rows, rejected) => {
        const report = { rows, rejected, fields, notices: { 'short-records': 3 } };
        const metadata = {
          ...stampMetadata({
            fingerprint: 'f'.repeat(32),
            sequencer: '0'.repeat(18),
            origin: 'o'.repeat(32),
            run: 'r'.repeat(36),
            replaced: 'd'.repeat(12),
          }),
          ...reportMetadata(report),
        };
        const size = Object.entries(metadata).reduce(
          (sum, [name, value]) => sum + name.length + value.length,
          0,
        );
        expect(size).toBeLessThanOrEqual(2048);
        const kept = readReport(metadata);
        const { fields: _, ...lean } = report;
        if (kept !== undefined) expect(kept).toEqual('fields' in kept ? report : lean);
      },
    ),
  );
  const wide = { rows: 1, rejected: 0, notices: {}, fields: Array(1000).fill('field') };
  expect(readReport(reportMetadata(wide))).toEqual({ rows: 1, rejected: 0, notices: {} });
  const notices = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`notice-${index}`, 1]));
  expect(reportMetadata({ ...wide, notices })).toEqual({});
});
