import { watch } from 'chokidar';

/** A package is written file by file; once the template has lain still for this long, it is whole. */
const settledMs = 250;

/**
 * Calls back whenever a template is written anew. `serverless package` empties its folder first, so a template that is
 * gone for a while is not an end.
 * @returns what ends the watching
 */
export async function watchTemplates(
  paths: readonly string[],
  onChange: (path: string) => void,
): Promise<() => Promise<void>> {
  const watcher = watch([...paths], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: 50 },
  });
  watcher.on('add', onChange).on('change', onChange);
  await new Promise<void>((resolve, reject) => {
    watcher.once('ready', resolve).once('error', reject);
  });
  return () => watcher.close();
}
