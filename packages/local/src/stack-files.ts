import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { DeployError, messageOf } from './errors.ts';
import type { StackLocation } from './options.ts';

const compiledTemplate = 'cloudformation-template-update-stack.json';

/** A stack as it lies on disk. */
export interface StackFiles {
  name: string;
  template: string;
  /** The template's path; zips lie beside it. */
  path: string;
  /** Out of serverless-state.json. */
  region?: string;
  parameters: Record<string, string>;
  /** What a deployment uploads to the stack's bucket, by key: `uploads/<key>` beside the template. */
  uploads: { key: string; path: string }[];
}

/**
 * Reads a stack: a `.serverless` folder, the folder of a service that was packaged, or a template.
 * Its name is `<service>-<stage>` as Serverless names it, else the file's or folder's own.
 * @throws DeployError `template-unreadable`
 */
export async function readStackFiles(location: StackLocation): Promise<StackFiles> {
  const given = typeof location === 'string' ? { template: location } : location;
  const path = await templatePath(resolve(given.template));
  let template: string;
  try {
    template = await readFile(path, 'utf8');
  } catch (error) {
    throw new DeployError('template-unreadable', `Cannot read the template ${path}: ${messageOf(error)}`);
  }
  const state = await readServerlessState(dirname(path));
  const name = given.name ?? state.stackName ?? nameOf(path);
  return {
    name,
    template,
    path,
    parameters: given.parameters ?? {},
    uploads: await readUploads(join(dirname(path), 'uploads')),
    ...(state.region && { region: state.region }),
  };
}

/** The template that `serverless package` left in a folder, or in the `.serverless` within; undefined if there is none. */
export async function findTemplate(folder: string): Promise<string | undefined> {
  const candidates = [join(folder, compiledTemplate), join(folder, '.serverless', compiledTemplate)];
  for (const candidate of candidates) if (await stat(candidate).catch(() => undefined)) return candidate;
  return undefined;
}

async function templatePath(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new DeployError('template-unreadable', `There is no ${path}`);
  if (!found.isDirectory()) return path;
  const template = await findTemplate(path);
  if (template !== undefined) return template;
  throw new DeployError(
    'template-unreadable',
    `${path} holds no ${compiledTemplate}: run \`serverless package\` first`,
  );
}

async function readServerlessState(directory: string): Promise<{ stackName?: string; region?: string }> {
  const text = await readFile(join(directory, 'serverless-state.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const { service } = JSON.parse(text) as {
    service?: { service?: string; provider?: { stage?: string; region?: string; stackName?: string } };
  };
  const { stage, region, stackName } = service?.provider ?? {};
  const name = stackName ?? (service?.service && stage ? `${service.service}-${stage}` : undefined);
  return { ...(name && { stackName: name }), ...(region && { region }) };
}

function nameOf(path: string): string {
  const file = basename(path).replace(/\.(template\.)?json$/, '');
  const folder = basename(dirname(path));
  const name = file === compiledTemplate.replace('.json', '') ? basename(dirname(dirname(path))) : file;
  const plain = (name || folder).replace(/[^A-Za-z0-9-]+/g, '-').replace(/^[^A-Za-z]+/, '');
  return plain || 'stack';
}

async function readUploads(folder: string): Promise<StackFiles['uploads']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ key: relative(folder, path).split(sep).join('/'), path }));
}

/** The zip a function's `Code` names, if it lies beside the template. */
export async function readPackagedZip(files: StackFiles, key: string): Promise<Buffer | undefined> {
  const directory = dirname(files.path);
  const name = basename(key);
  const names = await readdir(directory);
  return names.includes(name) ? readFile(join(directory, name)) : undefined;
}
