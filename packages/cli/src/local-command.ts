import { join } from 'node:path';
import type { ConsoleServer } from '@tributary/console';
import type { Activity, LocalAws, LocalAwsOptions } from '@tributary/local';
import { describeActivity } from './activity-line.ts';
import { UsageError } from './failure.ts';
import { bringLedger } from './local-ledger.ts';

export interface LocalFlags {
  port: string;
  state: string;
  param?: string[];
  timeScale: string;
  watch?: boolean;
  verbose?: boolean;
  json?: boolean;
  consolePort: string;
  console: boolean;
  ledger: string;
  stage: string;
}

/** `tributary local [SERVICES]`: runs until SIGINT or SIGTERM, then ends everything in order. */
export async function local(services: string[], flags: LocalFlags): Promise<void> {
  const ledger = flags.console
    ? await bringLedger(flags.ledger, (message) => console.error(message))
    : undefined;
  const tell = (activity: Activity) => {
    ledger?.hear(activity);
    const line = flags.json ? JSON.stringify(activity) : describeActivity(activity, Boolean(flags.verbose));
    if (line !== undefined) console.log(line);
  };
  const ended = untilSignal();
  const aws = await start({
    stacks: services,
    port: portNumber(flags.port),
    stateDirectory: flags.state,
    parameters: parameters(flags.param ?? []),
    watch: Boolean(flags.watch),
    timeScale: scale(flags.timeScale),
    ...(process.env.AWS_REGION && { defaultRegion: process.env.AWS_REGION }),
    onEvent: tell,
  });
  let page: ConsoleServer | undefined;
  try {
    ledger?.follow(aws);
    if (flags.console) page = await startConsole(aws, flags);
    const { endpoint, environment } = aws;
    if (flags.json)
      console.log(
        JSON.stringify({ kind: 'ready', endpoint, environment, ...(page && { console: page.url }) }),
      );
    else console.log(describeStart(aws, page?.url, ledger?.packaged ? undefined : flags.ledger));
    await ended;
  } finally {
    if (!flags.json) console.log('Stopping');
    await page?.stop();
    await aws.stop();
  }
}

async function start(options: LocalAwsOptions): Promise<LocalAws> {
  const { DeployError, startLocalAws } = await import('@tributary/local'); // not bundled: only this command may need it
  try {
    return await startLocalAws(options);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    throw new UsageError({ code: error.code, what: error.message }, { cause: error });
  }
}

async function startConsole(
  aws: LocalAws,
  { consolePort: port, stage }: Pick<LocalFlags, 'consolePort' | 'stage'>,
): Promise<ConsoleServer> {
  const { serveConsole } = await import('@tributary/console'); // not bundled either
  try {
    return await serveConsole(aws, { port: portNumber(port), stage });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new UsageError(
      {
        code: 'port-in-use',
        what: 'The port of the console is taken',
        expected: '--console-port',
        got: port,
      },
      { cause: error },
    );
  }
}

function portNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError({ code: 'bad-port', what: 'This is no port', expected: '0 to 65535', got: text });
}

function scale(text: string): number {
  const factor = text.trim() === '' ? Number.NaN : Number(text);
  if (factor >= 0 && factor <= 1) return factor;
  throw new UsageError({
    code: 'bad-time-scale',
    what: 'This is no time scale',
    expected: '0 to 1',
    got: text,
  });
}

function parameters(given: string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new UsageError({
        code: 'bad-param',
        what: 'This is no parameter',
        expected: 'NAME=VALUE',
        got: pair,
      });
    }),
  );
}

/** Resolves at the first signal; a second one does not wait. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
  });
}

/** @param missing where a packaged run ledger was looked for in vain */
function describeStart(aws: LocalAws, page: string | undefined, missing: string | undefined): string {
  const buckets = aws
    .stacks()
    .flatMap(({ resources }) => resources)
    .filter(
      ({ type, logicalId }) => type === 'AWS::S3::Bucket' && logicalId !== 'ServerlessDeploymentBucket',
    );
  return [
    ...(page === undefined ? [] : [`Console: ${page}`]),
    ...(page === undefined || missing === undefined
      ? []
      : [`  It shows no runs without a run ledger: \`npx nx package run-ledger\` puts one into ${missing}`]),
    `Listening on ${aws.endpoint}, state in ${aws.stateDirectory}`,
    `Stacks: ${
      aws
        .stacks()
        .map(({ name }) => name)
        .join(', ') || 'none yet; `serverless deploy` with the environment below adds them'
    }`,
    ...(buckets.length ? ['Buckets are folders; a file dropped there is an object:'] : []),
    ...buckets.map(({ physicalId }) => `  ${join(aws.stateDirectory, 's3', physicalId)}`),
    'For the AWS CLI and SDKs:',
    ...Object.entries(aws.environment).map(([name, value]) => `  export ${name}=${value}`),
    'Ctrl-C ends it.',
  ].join('\n');
}
