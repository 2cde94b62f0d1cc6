import type { Converter, SharedOptions } from '@tributary/codec';
import type { Mistake } from '../mistake.ts';
import type { OptionsText } from './options-text.ts';
import { tellIssues } from './tell-issues.ts';

/** Options as the service's own schema understands them; undefined, and mistakes, if it does not. */
export function readOptions(
  { name, options }: Converter<SharedOptions>,
  text: OptionsText,
  mistakes: Mistake[],
): SharedOptions | undefined {
  const parsed = options.safeParse(text.value, { jitless: true });
  if (parsed.success) return parsed.data;
  const at = (path: readonly PropertyKey[], part?: 'key' | 'value') => text.place(path, part);
  // A file that is not there leaves options out that are then missed: it has been told already.
  if (text.mistakes.length === 0)
    mistakes.push(...tellIssues(parsed.error.issues, options, text.value, at, `Options of ${name}: `));
  return undefined;
}
