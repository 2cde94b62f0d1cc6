import { BadEnvelope } from './errors.ts';
import { outputStem } from './output-key.ts';

/** What a placeholder of an output's folder is filled from. */
export interface FolderParts {
  /** Of the input, and what it is taken relative to. */
  key: string;
  sourcePrefix: string;
  /** RFC 3339, UTC: when the root object of the run arrived, so the same for every step and every retry. */
  arrived: string;
}

/** Placeholders by name, with what they stand for. `{1}` to `{9}` are folders of the key besides. */
export const folderPlaceholders: Readonly<Record<string, string>> = {
  date: 'day of arrival, UTC, as `2026-11-23`',
  year: 'year of arrival',
  month: 'month of arrival, `01` to `12`',
  day: 'day of the month of arrival, `01` to `31`',
  hour: 'hour of arrival, UTC, `00` to `23`',
  folder: 'folders of the key below the source prefix, with a `/` at the end; nothing if there are none',
  name: 'name of the file without its extension',
};

const placeholder = /\{([^{}]*)\}/g;
const fromKey = new Set(['folder', 'name']);

/**
 * Checks a template and tells its placeholders.
 * Throws `BadEnvelope` `bad-output-folder`.
 * @example placeholdersOf('{1}/dt={date}/') // ['1', 'date']
 */
export function placeholdersOf(template: string): string[] {
  const names = [...template.matchAll(placeholder)].map(([, name]) => name!);
  const unknown = names.find((name) => !Object.hasOwn(folderPlaceholders, name) && !/^[1-9]$/.test(name));
  if (unknown === undefined && !/[{}]/.test(template.replaceAll(placeholder, ''))) return names;
  throw new BadEnvelope({
    code: 'bad-output-folder',
    what: 'The folder of the output has a placeholder that there is not',
    expected: [...Object.keys(folderPlaceholders), '1', '9'].map((name) => `{${name}}`).join(' '),
    got: unknown === undefined ? template : `{${unknown}}`,
    where: { pointer: '/output/folder' },
  });
}

/** Whether a template says by parts of the key where the output lies: the folders of the key are then not added to it. */
export function placesByKey(template: string): boolean {
  return placeholdersOf(template).some((name) => fromKey.has(name) || /^\d$/.test(name));
}

/**
 * Fills in a template. Throws `BadEnvelope` `bad-output-folder`, and `no-such-key-part` where the key has fewer folders.
 * @example renderFolder('{1}/dt={date}/', { key: 'in/acme/a.txt', sourcePrefix: 'in/', arrived: '2026-11-23T15:24:41Z' }) // 'acme/dt=2026-11-23/'
 */
export function renderFolder(template: string, { key, sourcePrefix, arrived }: FolderParts): string {
  placeholdersOf(template);
  const relative = key.startsWith(sourcePrefix) ? key.slice(sourcePrefix.length) : key;
  const folder = relative.slice(0, relative.lastIndexOf('/') + 1);
  const folders = folder.split('/').filter(Boolean);
  const time = inUtc(arrived);
  const values: Record<string, string> = {
    date: time.slice(0, 10),
    year: time.slice(0, 4),
    month: time.slice(5, 7),
    day: time.slice(8, 10),
    hour: time.slice(11, 13),
    folder,
    name: outputStem({ key, sourcePrefix }).slice(folder.length),
  };
  return template.replaceAll(placeholder, (_whole, name: string) => {
    const value = values[name] ?? folders[Number(name) - 1];
    if (value !== undefined) return value;
    throw new BadEnvelope({
      code: 'no-such-key-part',
      what: `The folder of the output names folder ${name} of the key, which has fewer`,
      expected: `at least ${name} below ${JSON.stringify(sourcePrefix)}`,
      got: key,
      where: { pointer: '/output/folder' },
    });
  });
}

/** EventBridge tells times in UTC, to the second. */
function inUtc(time: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time)) return time;
  throw new BadEnvelope({
    code: 'bad-event-time',
    what: 'The event has no time that the folder of the output could be told by',
    expected: 'RFC 3339 in UTC',
    got: time,
    where: { pointer: '/event/time' },
  });
}
