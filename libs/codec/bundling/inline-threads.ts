import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * Puts the code of a second thread into the bundle that starts it, as text: a bundle stays the files that it is, wherever
 * it is moved, and the text costs nothing until a thread is started. `start-thread.ts` says which source that is.
 * @param settings of the bundle: how it is minified, its target, and the folder that paths are relative to
 * @param note is told of the sources that the text was made of
 */
export function inlineThreads(
  settings: Pick<BuildOptions, 'absWorkingDir' | 'minify' | 'minifySyntax' | 'minifyWhitespace' | 'target'>,
  note: (sources: readonly string[]) => void = () => {},
): Plugin {
  return {
    name: 'inline-threads',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]thread[\\/]start-thread\.ts$/ }, async ({ path }) => {
        const source = join(dirname(path), 'second-thread.worker.ts');
        const { outputFiles, metafile } = await build({
          ...settings,
          entryPoints: [source],
          bundle: true,
          write: false,
          metafile: true,
          platform: 'node',
          format: 'cjs',
          legalComments: 'none',
          logLevel: 'warning',
        });
        note(Object.keys(metafile.inputs));
        const code = JSON.stringify(outputFiles[0]!.text);
        return {
          contents: `import { Worker } from 'node:worker_threads';\nexport const startThread = (options) => new Worker(${code}, { ...options, eval: true });`,
          loader: 'js',
        };
      });
    },
  };
}
