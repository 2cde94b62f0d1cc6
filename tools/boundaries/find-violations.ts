import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { ALLOWED_IMPORTS, ALLOWED_IN_TESTS, ALLOWED_SIBLINGS, RESERVED_PACKAGES } from './rules.ts';

export interface Violation {
  /** `path:line`, relative to the workspace root. */
  place: string;
  message: string;
}

interface Project {
  /** Folder relative to the workspace root, with `/`. */
  folder: string;
  name: string;
  dependencies: ReadonlySet<string>;
}

/**
 * Checks every import of every project, type-only and dynamic ones included.
 *
 * @example `const { violations, imports } = findViolations(process.cwd())`
 */
export function findViolations(root: string): { violations: Violation[]; imports: number } {
  const projects = findProjects(root);
  const shared = declaredDependencies(join(root, 'package.json'));
  const violations: Violation[] = [];
  let imports = 0;
  for (const project of projects) {
    for (const file of sourceFiles(root, project)) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const { fileName: specifier, pos } of ts.preProcessFile(text, true, true).importedFiles) {
        imports++;
        const message = judgeImport({ root, projects, project, shared, file, specifier });
        if (message) violations.push({ place: `${file}:${text.slice(0, pos).split('\n').length}`, message });
      }
    }
  }
  return { violations, imports };
}

interface Import {
  root: string;
  projects: Project[];
  project: Project;
  /** Dependencies of the workspace root: tools and tests may use them. */
  shared: ReadonlySet<string>;
  file: string;
  specifier: string;
}

function judgeImport({ root, projects, project, shared, file, specifier }: Import): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  const isTest = /(^|\/)test\//.test(file) || /\.(test|bench)\.ts$/.test(file);
  if (specifier.startsWith('.')) {
    const target = slashes(relative(root, resolve(root, dirname(file), specifier)));
    if (target.startsWith(`${project.folder}/`)) return undefined;
    return `${specifier} leaves ${project.folder}: import the other project by its package name`;
  }
  const packageName = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const target = projects.find(({ name }) => name === packageName);
  if (target) {
    const allowed =
      mayImport(project.folder, target.folder) || (isTest && ALLOWED_IN_TESTS.includes(target.folder));
    return allowed ? undefined : `${project.folder} must not import ${target.folder}`;
  }
  for (const [prefix, { within, by }] of Object.entries(RESERVED_PACKAGES)) {
    if (
      packageName.startsWith(prefix) &&
      isInside(project.folder, within) &&
      project.folder !== by &&
      !isTest
    ) {
      return `${packageName} may be imported in ${within} by ${by} only`;
    }
  }
  if (project.dependencies.has(packageName)) return undefined;
  if (shared.has(packageName) && (isTest || project.folder === 'tools' || isBuildScript(project, file)))
    return undefined;
  return `${packageName} is not a dependency of ${project.folder}`;
}

/** Scripts beside `src` run at build time, with the workspace's own tools. */
function isBuildScript(project: Project, file: string): boolean {
  return !file.startsWith(`${project.folder}/src/`);
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const allowed = ALLOWED_IMPORTS[from] ?? ALLOWED_IMPORTS[from.split('/')[0]!] ?? [];
  return [...allowed, ...(ALLOWED_SIBLINGS[from] ?? [])].some((folder) => isInside(to, folder));
}

const isInside = (folder: string, parent: string): boolean =>
  folder === parent || folder.startsWith(`${parent}/`);

function findProjects(root: string): Project[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return globSync(
    workspaces.map((pattern: string) => `${pattern}/package.json`),
    { cwd: root },
  ).map((file) => ({
    folder: slashes(dirname(file)),
    name: JSON.parse(readFileSync(join(root, file), 'utf8')).name,
    dependencies: declaredDependencies(join(root, file)),
  }));
}

function declaredDependencies(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
  return new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
}

function sourceFiles(root: string, { folder }: Project): string[] {
  const outside = /(^|\/)(node_modules|dist|\.serverless)\//;
  // The kernel's own sources are AssemblyScript, compiled by a script that is TypeScript.
  const isSource = (file: string) =>
    !outside.test(file) && (!file.includes('/kernel/') || file.endsWith('/build.ts'));
  return globSync(`${folder}/**/*.{ts,mjs}`, { cwd: root })
    .map(slashes)
    .filter((file) => isSource(file) || file.startsWith(`${folder}/src/`));
}

const slashes = (path: string): string => path.split(sep).join('/');
