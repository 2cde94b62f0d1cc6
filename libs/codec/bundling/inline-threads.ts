import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** How a bundle is minified, its target, and the folder that paths are relative to. */
type BundleSettings = Pick<
  BuildOptions,
  'absWorkingDir' | 'minify' | 'minifySyntax' | 'minifyWhitespace' | 'target'
>;

/** The module that starts a second thread. `start-thread.ts` says that a bundle has another in its place. */
export const threadStarter = /[\\/]thread[\\/]start-thread\.ts$/;

/**
 * What a bundle has in the place of the module at `path`: the code of the thread is in it as text, so a bundle stays the files
 * that it is, wherever it is moved, and the text costs nothing until a thread is started.
 * @returns also the sources that the text was made of
 */
export async function inlineThread(
  path: string,
  settings: BundleSettings,
): Promise<{ contents: string; sources: string[] }> {
  const { outputFiles, metafile } = await build({
    ...settings,
    entryPoints: [join(dirname(path), 'second-thread.worker.ts')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const code = JSON.stringify(outputFiles[0]!.text);
  return {
    // Told what the text is, Node does not parse it once more to find out.
    contents: `import { Worker } from 'node:worker_threads';\nexport const startThread = (options) => new Worker(${code}, { ...options, eval: true, execArgv: ['--input-type=commonjs'] });`,
    sources: Object.keys(metafile.inputs),
  };
}

/** Does so in a bundle by esbuild. */
export function inlineThreads(settings: BundleSettings): Plugin {
  return {
    name: 'inline-threads',
    setup({ onLoad }) {
      onLoad({ filter: threadStarter }, async ({ path }) => {
        const { contents } = await inlineThread(path, settings);
        return { contents, loader: 'js' };
      });
    },
  };
}
