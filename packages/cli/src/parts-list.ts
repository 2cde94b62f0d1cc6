import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from './failure.ts';

const path = z
  .string()
  .refine((text) => !text.startsWith('/') && !text.split(/[/\\]/).includes('..'), 'leads out of the folder');

const partsList = z.object({
  /** What the files were made of: see `originOf`. */
  input: z.string(),
  /** `committing`: a run has not come to its end; any of `files` and `former` may be there. */
  state: z.enum(['committing', 'done']),
  files: z.array(
    z.object({
      /** Relative to the list. */
      path,
      rows: z.number(),
      bytes: z.number(),
      partition: z.record(z.string(), z.string().nullable()).optional(),
    }),
  ),
  /** Files of the run before that are no more. */
  former: z.array(path),
});

/** Which files an output consists of: for people, and for the next run, which takes away what it does not write anew. */
export type PartsList = z.output<typeof partsList>;

/** How the list of the files that an output consists of is called, where one of them gives it its name. */
export const listOf = (path: string): string => `${path}.parts.json`;

/** @throws {UsageError} `file-not-usable` if there is a file of another kind */
export async function readPartsList(file: string): Promise<PartsList | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return partsList.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError(
      { code: 'file-not-usable', what: `Cannot use ${file}`, expected: 'the list of an earlier run' },
      { cause: error },
    );
  }
}

/** Every file that may be there because of a list. */
export function pathsBehind({ files, former }: PartsList): string[] {
  return [...files.map(({ path }) => path), ...former];
}

/**
 * Which of these files in a folder belongs to another input: the second one of `a.csv` has the name of the first of `a.00002.csv`. Names can
 * only meet where the stem of one input begins the other's.
 * @throws {UsageError} `file-not-usable`
 */
export async function findTaken(
  folder: string,
  stem: string,
  paths: ReadonlySet<string>,
): Promise<{ path: string; input: string } | undefined> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('_') || !name.endsWith(listOf(''))) continue;
    const other = name.slice(1, -listOf('').length);
    if (other === stem || !(other.startsWith(stem) || stem.startsWith(other))) continue;
    const list = await readPartsList(join(folder, name));
    const path = list && pathsBehind(list).find((one) => paths.has(one));
    if (path !== undefined) return { path, input: list!.input };
  }
  return undefined;
}
