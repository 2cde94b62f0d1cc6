import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsChunkedDecoder } from '../../src/s3/aws-chunked.ts';
import { createDigest } from '../../src/s3/checksums.ts';
import { combineCrcs } from '../../src/s3/crc.ts';
import { decodePath, encodeKey, keyOfPath } from '../../src/s3/keys.ts';
import { readRange } from '../../src/s3/ranges.ts';
import { readDocument, textOf, writeDocument } from '../../src/s3/xml.ts';

const awkward = fc.constantFrom(
  '/',
  '//',
  '.',
  '..',
  '%',
  '%41',
  '%file',
  '%dir',
  '%more',
  '%empty',
  '%folder',
  '\\',
  '\0',
  '\n',
  'ü',
  '😀',
  ' ',
  '"',
  'a',
  'x'.repeat(200),
  'é'.repeat(150),
);
const keys = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc
      .array(fc.oneof(awkward, fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 12 })
      .map((pieces) => pieces.join('')),
  )
  .filter((key) => key.length > 0 && key.isWellFormed() && Buffer.byteLength(key) <= 1024);

describe('keys as paths', () => {
  test('every key comes back from its path, and from the paths it gets where another is in the way', () => {
    fc.assert(
      fc.property(keys, fc.nat(), (key, pick) => {
        const names = encodeKey(key);
        expect(decodePath(names)).toBe(key);
        expect(keyOfPath(names)).toBe(key);
        const beside = names.map((name, index) => (index === names.length - 1 ? `${name}%file` : name));
        expect(decodePath(beside)).toBe(key);
        const at = pick % names.length;
        if (at < names.length - 1 && !names[at]?.endsWith('%more')) {
          expect(decodePath(names.map((name, index) => (index === at ? `${name}%dir` : name)))).toBe(key);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('no name is longer than a file system takes, leads elsewhere, or holds a separator', () => {
    fc.assert(
      fc.property(keys, (key) => {
        for (const name of encodeKey(key)) {
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(250);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
          expect(name).not.toMatch(/^\.{0,2}$|[/\\\u0000-\u001f]/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('two keys never share a path', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        fc.pre(a !== b);
        expect(encodeKey(a).join('/')).not.toBe(encodeKey(b).join('/'));
      }),
      { numRuns: 3000 },
    );
  });

  test('a path a person made has one key, and is no other key’s path', () => {
    const names = fc.array(
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
        .filter((name) => !/[/\0]|^\.\.?$/.test(name)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(names, (path) => {
        const key = keyOfPath(path);
        if (key !== path.join('/'))
          expect(encodeKey(key).map((n) => n)).toEqual(path.map((name) => name.replace(/%(file|dir)$/, '')));
      }),
      { numRuns: 3000 },
    );
  });
});

test('what is left of a long piece is no way out', () => {
  for (const rest of ['.', '..', '../..', './x']) {
    const key = `${'x'.repeat(240)}${rest}`;
    expect(encodeKey(key)).not.toContain('.');
    expect(encodeKey(key)).not.toContain('..');
    expect(decodePath(encodeKey(key))).toBe(key);
  }
});

describe('aws-chunked', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
  const signature = 'a'.repeat(64);

  test('comes apart the same at every split', () => {
    fc.assert(
      fc.property(bodies, fc.boolean(), fc.array(fc.nat(), { maxLength: 12 }), (chunks, signed, cuts) => {
        const mark = signed ? `;chunk-signature=${signature}` : '';
        const wire = Buffer.concat([
          ...chunks.flatMap((chunk) => [
            Buffer.from(`${chunk.length.toString(16)}${mark}\r\n`),
            Buffer.from(chunk),
            Buffer.from('\r\n'),
          ]),
          Buffer.from(`0${mark}\r\nX-Amz-Checksum-CRC32: AAAAAA==\r\nother:1\r\n\r\n`),
        ]);
        const got: Buffer[] = [];
        const signatures: (string | undefined)[] = [];
        const trailers: [string, string][] = [];
        const decoder = new AwsChunkedDecoder({
          data: (bytes) => got.push(Buffer.from(bytes)),
          chunkEnd: (one) => signatures.push(one),
          trailer: (name, value) => trailers.push([name, value]),
        });
        const at = [0, ...cuts.map((cut) => cut % (wire.length + 1)).sort((a, b) => a - b), wire.length];
        for (const [index, start] of at.slice(0, -1).entries())
          decoder.push(wire.subarray(start, at[index + 1]));
        decoder.end();
        expect(Buffer.concat(got).equals(Buffer.concat(chunks))).toBe(true);
        expect(signatures).toEqual(Array(chunks.length + 1).fill(signed ? signature : undefined));
        expect(trailers).toEqual([
          ['x-amz-checksum-crc32', 'AAAAAA=='],
          ['other', '1'],
        ]);
      }),
    );
  });

  test('cut short or garbled, it is refused and nothing more', () => {
    const wire = Buffer.from('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n');
    // Bytes complete, the last empty line not: some clients send no more. A trailer that was promised is missed elsewhere.
    const enough = [wire.indexOf('x-amz'), wire.length - 2];
    for (let end = 0; end < wire.length; end++) {
      const decoder = new AwsChunkedDecoder({ data: () => {}, chunkEnd: () => {}, trailer: () => {} });
      decoder.push(wire.subarray(0, end));
      if (enough.includes(end)) decoder.end();
      else expect(() => decoder.end(), `${end}`).toThrow(/broken/);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const decoder = new AwsChunkedDecoder({ data: () => {}, chunkEnd: () => {}, trailer: () => {} });
        try {
          decoder.push(Buffer.from(bytes));
          decoder.end();
        } catch (error) {
          expect(error).toMatchObject({ code: 'IncompleteBody' });
        }
      }),
    );
  });
});

describe('ranges', () => {
  test('agree with slicing', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.option(fc.nat(250)), fc.option(fc.nat(250)), (size, first, last) => {
        const bytes = Array.from({ length: size }, (_, n) => n);
        const header = `bytes=${first ?? ''}-${last ?? ''}`;
        const expected =
          first === null
            ? last === null
              ? undefined
              : last === 0
                ? []
                : bytes.slice(-last)
            : last === null
              ? bytes.slice(first)
              : last < first
                ? undefined
                : bytes.slice(first, last + 1);
        if (expected?.length === 0) {
          expect(() => readRange(header, size)).toThrow(
            expect.objectContaining({ code: 'InvalidRange', status: 416 }),
          );
          return;
        }
        const range = readRange(header, size);
        expect(range && bytes.slice(range.offset, range.offset + range.length)).toEqual(expected);
      }),
    );
  });

  test('nonsense and several ranges mean the whole object', () => {
    for (const header of ['bytes=0-1,3-4', 'bytes=a-b', 'lines=1-2', 'bytes=-', '', 'bytes=5-2']) {
      expect(readRange(header, 10)).toBeUndefined();
    }
  });
});

describe('checksums', () => {
  const check = Buffer.from('123456789');
  const hex = (name: 'CRC32' | 'CRC32C' | 'CRC64NVME', bytes: Uint8Array) => {
    const digest = createDigest(name);
    digest.update(bytes);
    return digest.digest().toString('hex');
  };

  test('give the catalogued check values', () => {
    expect(hex('CRC32', check)).toBe('cbf43926');
    expect(hex('CRC32C', check)).toBe('e3069283');
    expect(hex('CRC64NVME', check)).toBe('ae8b14860a799888');
  });

  test('do not depend on how the bytes come, and combine', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('CRC32' as const, 'CRC32C' as const, 'CRC64NVME' as const),
        fc.uint8Array({ maxLength: 400 }),
        fc.nat(),
        (name, bytes, cut) => {
          const at = cut % (bytes.length + 1);
          const [first, second] = [bytes.subarray(0, at), bytes.subarray(at)];
          const digest = createDigest(name);
          digest.update(first);
          digest.update(second);
          const whole = digest.digest().toString('hex');
          expect(whole).toBe(hex(name, bytes));
          if (name === 'CRC32') expect(whole).toBe(crc32(bytes).toString(16).padStart(8, '0'));
          expect(
            combineCrcs(
              name,
              Buffer.from(hex(name, first), 'hex'),
              Buffer.from(hex(name, second), 'hex'),
              second.length,
            ).toString('hex'),
          ).toBe(whole);
        },
      ),
    );
  });
});

describe('XML', () => {
  test('text comes back as it went', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => ![...text].some(isUnknownToXml));
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const document = readDocument(writeDocument('Root', { First: a, List: { Item: [a, b] } }), 'Root');
        expect(textOf(document.First) ?? '').toBe(a);
      }),
    );
  });

  test('references, entities of a document type and broken documents', () => {
    expect(textOf(readDocument('<A><Key>a&#13;b&#x20;&lt;&amp;amp;</Key></A>', 'A').Key)).toBe('a\rb <&amp;');
    for (const text of [
      '',
      '<A>',
      '<B/>',
      '<!DOCTYPE a [<!ENTITY x "y">]><A>&x;</A>',
      '<A></A><A></A',
      'text',
    ]) {
      expect(() => readDocument(text, 'A')).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
    }
  });
});

/** Characters that XML 1.0 has no way to carry. */
function isUnknownToXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code < 32 && code !== 9 && code !== 10) || code === 0xfffe || code === 0xffff;
}
