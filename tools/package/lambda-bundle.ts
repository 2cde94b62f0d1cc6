import { createHash } from 'node:crypto';
import { builtinModules } from 'node:module';
import { basename, dirname } from 'node:path';
import { inlineThreads } from '@tributary/codec/bundling';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';

/** ESM has no `require`, which CommonJS parts of the AWS SDK still call for Node's own modules. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

/**
 * Credential sources that a Lambda function never has: it gets its keys from the environment. The SDK's chain tries
 * them only after that, and each brings a client of its own.
 */
const unusedCredentialSources =
  /^@aws-sdk\/credential-provider-(?:ini|sso|process|web-identity|login|cognito-identity)$/;

const noUnusedCredentials: Plugin = {
  name: 'no-unused-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: unusedCredentialSources }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get() { throw new Error(${JSON.stringify(`${path} is not in a Lambda bundle`)}); } });`,
      loader: 'js',
    }));
  },
};

/**
 * Node's own modules, by `require`: an `import` of one reads every export there is, and that of `node:http` thereby
 * loads all of undici (WebSocket and friends), which takes longer than importing the whole SDK.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules.map((name) => name.replace(/^node:/, '')));
    onResolve({ filter: /^[a-z]/ }, ({ path, namespace }) => {
      const name = path.replace(/^node:/, '');
      if (!names.has(name)) return undefined;
      return namespace === 'builtin'
        ? { path: `node:${name}`, external: true }
        : { path: `node:${name}`, namespace: 'builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};

export interface Bundle {
  outputs: { file: string; bytes: number }[];
  metafile: Metafile;
}

/**
 * One handler as ESM for Lambda's Node 24: what is imported lazily lies in chunks of its own, so that a cold start reads
 * only what it runs. The same sources give the same bytes. Source maps lie beside for reading a stack trace at home;
 * they are not deployed. `TRIBUTARY_BUILD` in the sources becomes a digest of all that is deployed, by bundling twice.
 * @param entry the handler's source; becomes `<outdir>/<name>.mjs`
 */
export async function bundle({ entry, outdir }: { entry: string; outdir: string }): Promise<Bundle> {
  const shared = {
    // Names of chunks depend on paths relative to here: not on where the command was given.
    absWorkingDir: dirname(outdir),
    minify: true,
    target: 'node24',
  };
  const settings: BuildOptions = {
    ...shared,
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module'],
    banner: { js: requireBanner },
    keepNames: false,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [inlineThreads(shared), requireBuiltins, noUnusedCredentials],
  };
  const draft = await build({ ...settings, define: { TRIBUTARY_BUILD: '""' }, write: false });
  const digest = JSON.stringify(digestOf(draft.outputFiles));
  const { metafile } = await build({ ...settings, define: { TRIBUTARY_BUILD: digest }, metafile: true });
  const outputs = Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .map(([file, { bytes }]) => ({ file: basename(file), bytes }));
  return { outputs, metafile };
}

function digestOf(files: readonly OutputFile[]): string {
  const hash = createHash('sha256');
  const deployed = files.filter(({ path }) => path.endsWith('.mjs'));
  for (const { contents } of deployed.sort((a, b) => (a.path < b.path ? -1 : 1))) hash.update(contents);
  return hash.digest('hex').slice(0, 16);
}
