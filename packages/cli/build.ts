// Bundles the command into dist/tributary.js: one file, since each file more takes a millisecond to find. What a command
// does not need is not run; Node's compile cache spares it the parsing.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inlineThreads } from '@tributary/codec/bundling';
import { build, type Plugin } from 'esbuild';

/**
 * Takes from Node's own modules just the names in use, by `process.getBuiltinModule`: an `import` reads every export,
 * also those that Node loads on first use, which costs 10 ms of every start. commander's node:child_process is for
 * subcommands that are programs of their own, which we do not have.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, importer }) => ({
      path: path === 'node:child_process' && /[\\/]commander[\\/]/.test(importer) ? 'none' : path,
      namespace: 'builtin',
    }));
    onLoad({ filter: /^none$/, namespace: 'builtin' }, () => ({ contents: 'export default {}' }));
    onLoad({ filter: /^node:/, namespace: 'builtin' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default');
      return {
        contents: [
          `const builtin = process.getBuiltinModule('${path}');`,
          'export default builtin;',
          ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`),
        ].join('\n'),
      };
    });
  },
};

/** Its entry for Node is CommonJS, which requires what is not there in a bundle of modules; the other one is the same code. */
const yamlAsModule: Plugin = {
  name: 'yaml-as-module',
  setup({ onResolve }) {
    onResolve({ filter: /^yaml$/ }, () => ({
      path: join(dirname(fileURLToPath(import.meta.resolve('yaml'))), '../browser/index.js'),
    }));
  },
};

const dist = join(import.meta.dirname, 'dist');
rmSync(dist, { recursive: true, force: true });
const settings = {
  absWorkingDir: import.meta.dirname,
  // Identifiers stay: stack traces and error names are worth more than the bytes.
  minifySyntax: true,
  minifyWhitespace: true,
  target: 'node22.15',
};
const threadSources: string[] = [];
const { metafile } = await build({
  entryPoints: { tributary: join(import.meta.dirname, 'src/main.ts') },
  outdir: dist,
  bundle: true,
  // Local and console start processes and serve files out of their own folders, so they stay where they are; the client is
  // for tests of chains, the credentials for the ledger of an account.
  external: [
    '@tributary/local',
    '@tributary/console',
    '@aws-sdk/client-eventbridge',
    '@aws-sdk/credential-provider-node',
  ],
  ...settings,
  sourcemap: 'linked',
  sourcesContent: false,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
  plugins: [inlineThreads(settings, (sources) => threadSources.push(...sources)), lazyBuiltins, yamlAsModule],
  metafile: true,
});
// By these the launcher tells that the bundle is out of date.
const inputs = new Set([...Object.keys(metafile.inputs), ...threadSources]);
const sources = [...inputs].filter((path) => !/node_modules|^builtin:/.test(path));
writeFileSync(join(dist, 'sources.json'), JSON.stringify(sources));
