import type { CellForm } from '../../src/columns/field-block.ts';

/** What a cell is, read naively: a value, or 'unsure' where the kernel has to leave it to the host. */
export type Reading = bigint | number | string | 'unsure';
type Read = (text: string, form: CellForm) => Reading;

const within = (value: bigint, least: bigint, greatest: bigint): Reading =>
  value >= least && value <= greatest ? value : 'unsure';

export const integer: Read = (text, { least = -(2n ** 63n), greatest = 2n ** 63n - 1n }) =>
  /^-?\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n && BigInt(text) > -(2n ** 63n)
    ? within(BigInt(text), least, greatest)
    : 'unsure';

export const decimal: Read = (text, { point = '.', precision = 18, scale = 0 }) => {
  const parts = text.split(point);
  if (parts.length > 2 || !/^-?\d*$/.test(parts[0]!) || !/^\d+$/.test(parts[1] ?? parts[0]!.slice(-1)))
    return 'unsure';
  const fraction = parts[1] ?? '';
  if (fraction.length > scale) return 'unsure';
  const value = BigInt(parts[0]! + fraction) * 10n ** BigInt(scale - fraction.length);
  const greatest = 10n ** BigInt(precision) - 1n;
  return within(parts[0]!.startsWith('-') && value > 0n ? -value : value, -greatest, greatest);
};

export const double: Read = (text, { point = '.' }) => {
  const english = text.replaceAll(point, '.');
  if (point !== '.' && text.includes('.')) return 'unsure';
  return /^-?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?$/.test(english) ? Number(english) : 'unsure';
};

export const boolean: Read = (text, form) =>
  form.true?.includes(text) ? 1n : form.false?.includes(text) ? 0n : 'unsure';

export const date: Read = (text) => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return 'unsure';
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text
    ? 'unsure'
    : BigInt(time / 86_400_000);
};

function cutZone(text: string, zone: CellForm['zone']): string | undefined {
  const utc = text.endsWith('Z');
  if (utc ? zone === 'none' || zone === undefined : zone === 'utc') return undefined;
  return utc ? text.slice(0, -1) : text;
}

export const time: Read = (text, { zone }) => {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(cutZone(text, zone) ?? '');
  if (!match) return 'unsure';
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 59) return 'unsure';
  return BigInt(hour * 3600 + minute * 60 + second) * 1_000_000n + BigInt((match[4] ?? '').padEnd(6, '0'));
};

export const datetime: Read = (text, form) => {
  if (text[10] !== 'T' && !(text[10] === ' ' && form.space)) return 'unsure';
  const days = date(text.slice(0, 10), form);
  const micros = time(text.slice(11), form);
  return typeof days === 'bigint' && typeof micros === 'bigint' ? days * 86_400_000_000n + micros : 'unsure';
};

export const uuid: Read = (text) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll('-', '').toLowerCase()
    : 'unsure';
