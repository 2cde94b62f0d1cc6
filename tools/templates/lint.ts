import { spawnSync } from 'node:child_process';

/** Rules of cfn-lint that do not count here, each for a reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  W3005: 'Serverless writes that a function depends on its role, which the reference to it says already',
};

/**
 * Checks templates by AWS's linter for CloudFormation, errors and warnings alike.
 * @returns what it says, a line each; undefined if it is not on this machine: it comes from PyPI, and no package of ours can bring it
 */
export function lintTemplates(paths: readonly string[]): string[] | undefined {
  const ignored = Object.keys(LEFT_OUT).flatMap((rule) => ['--ignore-checks', rule]);
  const args = ['--format', 'parseable', '--regions', 'us-east-1', ...ignored, '--', ...paths];
  const { error, status, stdout, stderr } = spawnSync('cfn-lint', args, { encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') return undefined;
  if (error) throw error;
  const said = stdout.split('\n').filter(Boolean);
  // Bits of the status say what was found; without a word of it, it could not work.
  if (status !== 0 && said.length === 0) throw new Error(`cfn-lint ended with ${status}\n${stderr}`);
  return said;
}
