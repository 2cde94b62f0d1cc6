import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';

/** RFC 5321 allows no longer one. */
const LONGEST_EMAIL = 254;
const ATOM = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?';
const EMAIL = new RegExp(`^${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+${LABEL}$`, 'u');

/** RFC 3986, section 3: a scheme, an authority or none, a path, a query, a fragment. */
const CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
const NAME = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})";
const USER = "(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@";
const AUTHORITY = `//(?:${USER})?(?:\\[[0-9A-Fa-fv:.]+\\]|${NAME}*)(?::[0-9]*)?(?:/(?:${CHARACTER}|/)*)?`;
const PATH = `(?!//)(?:${CHARACTER}|/)*`;
const REST = `(?:${CHARACTER}|[/?])*`;
const URI = new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:(?:${AUTHORITY}|${PATH})(?:\\?${REST})?(?:#${REST})?$`);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function compileString({ format = 'default' }: FieldOf<'string'>): Cast {
  switch (format) {
    case 'default':
      return (text) => ({ value: text });
    case 'email': {
      const bad = { expected: 'an email address' };
      return (text) => (text.length <= LONGEST_EMAIL && EMAIL.test(text) ? { value: text } : bad);
    }
    case 'uri': {
      const bad = { expected: 'a URI with its scheme' };
      return (text) => (URI.test(text) ? { value: text } : bad);
    }
    case 'uuid': {
      const bad = { expected: 'a UUID like 123e4567-e89b-12d3-a456-426614174000' };
      return (text) => (UUID.test(text) ? { value: bytesOf(text.replaceAll('-', ''), 'hex') } : bad);
    }
    case 'binary': {
      const bad = { expected: 'base64 with its padding' };
      return (text) => {
        const bytes = Buffer.from(text, 'base64');
        // The decoder passes over what it does not know.
        return bytes.toString('base64') === text ? { value: new Uint8Array(bytes) } : bad;
      };
    }
  }
}

function bytesOf(text: string, encoding: 'hex'): Uint8Array {
  return new Uint8Array(Buffer.from(text, encoding));
}
