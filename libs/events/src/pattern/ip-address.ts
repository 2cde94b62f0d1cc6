/**
 * IP addresses as event-ruler reads them: by Java's literal parser, compared as upper-case hexadecimal text of 8 (v4)
 * or 32 (v6) digits.
 */

const v4Form = /^\d+\.\d+\.\d+\.\d+$/;
const v6Form = /^[\da-fA-F:]+$/;

/** Whether `text` has the form of an address, be it a valid one or not. */
export function looksLikeAddress(text: string): boolean {
  return v4Form.test(text) || (text.includes(':') && v6Form.test(text));
}

/** Hexadecimal form of an address literal, `undefined` if `text` is none. */
export function addressDigits(text: string): string | undefined {
  // No address is longer, and a cheap test keeps long texts off the expressions.
  const first = text.charCodeAt(0);
  if (text.length < 2 || !(first <= 0x3a || (first | 0x20) <= 0x66)) return undefined;
  if (v4Form.test(text)) return v4Digits(text);
  if (text.includes(':') && v6Form.test(text)) return v6Digits(text);
  return undefined;
}

function v4Digits(text: string): string | undefined {
  // Java's own limit; leading zeros are allowed within it and mean nothing (octets are decimal).
  if (text.length > 15) return undefined;
  let digits = '';
  for (const part of text.split('.')) {
    const octet = Number(part);
    if (octet > 255) return undefined;
    digits += hex(octet, 2);
  }
  return digits;
}

function v6Digits(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const digits = [...head, ...Array(Math.max(missing, 0)).fill(0), ...tail]
    .map((group) => hex(group, 4))
    .join('');
  // Java turns ::ffff:a.b.c.d into the v4 address it stands for.
  return digits.startsWith('00000000000000000000FFFF') ? digits.slice(24) : digits;
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':').map((group) => (group === '' ? Number.NaN : Number.parseInt(group, 16)));
  return groups.every((group) => group <= 0xffff) ? groups : undefined;
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}

/** An inclusive range of addresses as hexadecimal text; both ends have the same length. */
export interface AddressRange {
  bottom: string;
  top: string;
}

/** The range of a `cidr` operand. Throws `Error` with event-ruler's message. */
export function cidrRange(cidr: string): AddressRange {
  const parts = cidr.split('/');
  // Java's split drops empty parts at the end.
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const [address = '', mask = ''] = parts;
  if (parts.length !== 2) throw new Error("Malformed CIDR, one '/' required");
  const bits = /^[+-]?\d+$/.test(mask) ? Number(mask) : Number.NaN;
  if (!(bits >= -(2 ** 31) && bits < 2 ** 31))
    throw new Error('Malformed CIDR, mask bits must be an integer');
  if (bits < 0) throw new Error('Malformed CIDR, mask bits must not be negative');
  if (!looksLikeAddress(address)) throw new Error(`Nonstandard IP address: ${address}`);
  const digits = addressDigits(address);
  if (digits === undefined) throw new Error(`Invalid IP address: ${address}`);
  if (digits.length === 8 && bits > 31) throw new Error('IPv4 mask bits must be < 32');
  if (digits.length === 32 && bits > 127) throw new Error('IPv6 mask bits must be < 128');
  const width = BigInt(digits.length * 4);
  const host = (1n << (width - BigInt(bits))) - 1n;
  const value = BigInt(`0x${digits}`);
  const text = (number: bigint) => number.toString(16).toUpperCase().padStart(digits.length, '0');
  return { bottom: text(value & ~host), top: text(value | host) };
}

/**
 * Whether an address lies in a range, digit by digit as event-ruler's automaton sees it: it stops at the first digit
 * that decides. So an address of the other version can lie in a range, for instance 2001:db8::1 in 0.0.0.0/0.
 */
export function inRange(digits: string, { bottom, top }: AddressRange): boolean {
  let onBottom = true;
  let onTop = true;
  for (let index = 0; index < bottom.length; index++) {
    const digit = digits.charCodeAt(index);
    const low = bottom.charCodeAt(index);
    const high = top.charCodeAt(index);
    // NaN, where the address is shorter, is on neither side.
    if ((onBottom && !(digit >= low)) || (onTop && !(digit <= high))) return false;
    onBottom &&= digit === low;
    onTop &&= digit === high;
    if (!onBottom && !onTop) return true;
  }
  return true;
}
