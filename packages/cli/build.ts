// Bundles the command into dist/: few files, since each more takes a millisecond to find, but a command reads and runs little
// of what it does not need; Node's compile cache spares it the parsing. By rolldown, which lets us say what lies together:
// esbuild has a file for every set of commands that share something, thirty for a conversion.
import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inlineThread, threadStarter } from '@tributary/codec/bundling';
import { type Plugin, rolldown } from 'rolldown';

/**
 * Takes from Node's own modules just the names in use, by `process.getBuiltinModule`: an `import` reads every export,
 * also those that Node loads on first use, which costs 10 ms of every start. Each importer has its own, so that none lies in a
 * file for several and is loaded with it. commander's node:child_process is for
 * subcommands that are programs of their own, which we do not have.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  resolveId(path, importer = '') {
    // What the bundle itself needs to `require`.
    if (!path.startsWith('node:') || path === 'node:module') return undefined;
    return path === 'node:child_process' && /[\\/]commander[\\/]/.test(importer)
      ? '\0none'
      : `\0${path}?${importer}`;
  },
  async load(id) {
    if (id === '\0none') return 'export default {}';
    if (!id.startsWith('\0node:')) return undefined;
    const path = id.slice(1, id.indexOf('?'));
    const names = Object.keys(await import(path)).filter(
      (name) => !['default', 'module.exports'].includes(name),
    );
    return [
      `const builtin = process.getBuiltinModule('${path}');`,
      'export default builtin;',
      ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`),
    ].join('\n');
  },
};

/** Notes what the bundle is made of, for the launcher to tell when it is out of date. */
const sources = new Set<string>();
const noteSources: Plugin = {
  name: 'note-sources',
  buildEnd() {
    for (const id of this.getModuleIds())
      if (!/node_modules|^\0/.test(id)) sources.add(relative(import.meta.dirname, id));
  },
};

const target = 'node22.15';
const inlineThreads: Plugin = {
  name: 'inline-threads',
  async load(id) {
    if (id.startsWith('\0') || !threadStarter.test(id)) return undefined;
    const thread = await inlineThread(id, {
      absWorkingDir: import.meta.dirname,
      minifySyntax: true,
      minifyWhitespace: true,
      target,
    });
    for (const path of thread.sources) if (!/node_modules/.test(path)) sources.add(path);
    return { code: thread.contents, moduleType: 'js' };
  },
};

/** What lies together, and is run together: all that every command needs, and all that each conversion does. */
const groups = [
  {
    name: 'base',
    test: /[\\/](?:codec[\\/]src[\\/](?:errors|conversion[\\/]converters)|cli[\\/]src[\\/]failure)\.ts$/,
  },
  { name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]/ },
  {
    name: 'codec',
    test: /[\\/](?:table-schema[\\/]src[\\/](?!drift|expectation|header|key|profile|report|table)|codec[\\/]src[\\/](?:columns|compression|conversion|delimited|kernel|text|transfer|[\w-]+\.ts$)|cli[\\/]src[\\/](?:converter-input|file-[\w-]+|interruption|options-file|output|progress-bar)\.ts)/,
  },
].map((group, index, all) => ({ ...group, priority: all.length - index }));

const dist = join(import.meta.dirname, 'dist');
rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: import.meta.dirname,
  input: { tributary: 'src/main.ts' },
  platform: 'node',
  // Local and console start processes and serve files out of their own folders, so they stay where they are; the client is
  // for tests of chains, the credentials for the ledger of an account.
  external: [
    '@tributary/local',
    '@tributary/console',
    '@aws-sdk/client-eventbridge',
    '@aws-sdk/credential-provider-node',
  ],
  transform: { target },
  plugins: [inlineThreads, lazyBuiltins, noteSources],
});
await bundle.write({
  dir: dist,
  chunkFileNames: '[name].js',
  codeSplitting: { groups },
  sourcemap: true,
  sourcemapExcludeSources: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  // Identifiers stay: stack traces and error names are worth more than the bytes. V8 reads ASCII in half the memory.
  minify: {
    mangle: false,
    compress: { keepNames: { function: true, class: true } },
    codegen: { removeWhitespace: true, asciiOnly: true },
  },
});
await bundle.close();
writeFileSync(join(dist, 'sources.json'), JSON.stringify([...sources]));
