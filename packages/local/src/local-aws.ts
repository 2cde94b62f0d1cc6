import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { type Activity, ActivityFeed } from './activity.ts';
import { CloudFormationApi } from './cloudformation/api.ts';
import { DeployedStacks } from './cloudformation/deployed-stacks.ts';
import type { Output } from './cloudformation/plan.ts';
import type { World } from './cloudformation/resource-kind.ts';
import { type Stack, Stacks } from './cloudformation/stacks.ts';
import { ecrOperations } from './ecr/api.ts';
import { DeployError, messageOf } from './errors.ts';
import { eventBridgeOperations } from './eventbridge/api.ts';
import type { Delivery } from './eventbridge/delivery.ts';
import { EventBridge } from './eventbridge/event-bridge.ts';
import { EventRecords } from './eventbridge/event-records.ts';
import { publishNotification } from './eventbridge/s3-events.ts';
import { sendToTarget } from './eventbridge/sending.ts';
import { DeliveryFaults } from './faults/delivery-faults.ts';
import { FunctionFaults } from './faults/function-faults.ts';
import { Injection } from './faults/injection.ts';
import { withPublishFaults } from './faults/publish-faults.ts';
import { withS3Faults } from './faults/s3-faults.ts';
import { closeServer, listen } from './http/listening.ts';
import { createRouter } from './http/router.ts';
import { Access, type Credentials } from './iam/access.ts';
import { authorizeS3 } from './iam/s3-access.ts';
import { Journal } from './journal.ts';
import { conclude } from './lambda/destinations.ts';
import { EventSources } from './lambda/event-sources.ts';
import { Lambda } from './lambda/lambda.ts';
import { type LocalAwsOptions, localAwsOptionsSchema, type StackLocation } from './options.ts';
import { type Place, parseArn } from './place.ts';
import { openS3, type S3 } from './s3/index.ts';
import { sqsOperations } from './sqs/api.ts';
import { Sqs } from './sqs/sqs.ts';
import { ssmOperations } from './ssm/api.ts';
import { ParameterStore } from './ssm/parameter-store.ts';
import { readPackagedZip, readStackFiles, type StackFiles } from './stack-files.ts';
import { watchTemplates } from './stack-watch.ts';
import { lockState } from './state-lock.ts';
import { readStoredObject, removeStoredObject, writeStoredObject } from './stored-object.ts';
import { Timers } from './timers.ts';

/** Serverless's own bucket of a stack, by its logical id. */
const deploymentBucket = 'ServerlessDeploymentBucket';

/** A deployed stack, as seen from outside. */
export interface DeployedStack {
  name: string;
  id: string;
  /** By output name. */
  outputs: Record<string, string>;
  resources: { logicalId: string; type: string; physicalId: string }[];
}

/** A running local AWS. */
export interface LocalAws extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: what `AWS_ENDPOINT_URL` wants. */
  endpoint: string;
  port: number;
  region: string;
  accountId: string;
  /** The local user's. */
  credentials: Credentials;
  stateDirectory: string;
  /** Environment for a child process or the AWS CLI: endpoint, region and keys. */
  environment: Record<string, string>;
  stacks(): DeployedStack[];
  /** Adds a stack. @throws DeployError, `stack-exists` among others */
  deployStack(stack: StackLocation): Promise<DeployedStack>;
  /** Brings a stack to what its files say now, while everything else runs on. @throws DeployError */
  updateStack(stack: StackLocation): Promise<DeployedStack>;
  /** @throws DeployError `unknown-stack`, `export-in-use`, `resource-failed` */
  removeStack(name: string): Promise<void>;
  /** The faults that were asked for by `faults`. */
  faults: {
    /** How often each has struck so far. */
    struck(): Record<string, number>;
    /** Makes the deliveries that are late. @returns how many there were */
    deliverLate(): Promise<number>;
    /** Ends all faults. */
    cease(): void;
  };
  /** Where a function's log lies. */
  logPath(functionName: string): string;
  /** Calls back for everything that happens from now on. @returns what ends it */
  onEvent(listener: (activity: Activity) => void): () => void;
  /** Everything that happens from now on, as an async iterator; ends with `stop()`. */
  follow(): AsyncIterableIterator<Activity>;
  /** Ends all processes and waits and closes the port. What is queued is on disk and goes on at the next start. */
  stop(): Promise<void>;
}

/**
 * Starts AWS on one machine, out of packaged templates.
 * @throws DeployError and nothing is left running
 * @example
 * const aws = await startLocalAws({ stacks: ['services/fixed-width-to-tsv'], stateDirectory: '.tributary' });
 * const s3 = new S3Client({ endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials, forcePathStyle: true });
 * await aws.stop();
 */
export async function startLocalAws({ onEvent, ...given }: LocalAwsOptions = {}): Promise<LocalAws> {
  const parsed = localAwsOptionsSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DeployError('bad-options', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
  }
  const options = parsed.data;
  const files = await Promise.all(options.stacks.map(readStackFiles));
  const directory = resolve(options.stateDirectory);
  await mkdir(directory, { recursive: true });
  const unlock = await lockState(directory);

  // What was opened last is closed first, also when the start fails half way.
  const closers: (() => unknown)[] = [unlock];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await open();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function open(): Promise<LocalAws> {
    const records = new EventRecords(join(directory, 'events', 'records.sqlite'));
    closers.push(() => records.close());
    const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
    // Before the stacks are there an event would find no rule: S3 holds its notifications back until then.
    let opened: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      opened = resolve;
    });
    let s3: S3 | undefined;
    // Functions may still abort their uploads while they end, so the server outlives them, and S3 outlives the server.
    closers.push(async () => {
      opened();
      await s3?.close();
    });
    const port = await listen(server, options.port);
    closers.push(() => closeServer(server));
    const deployed = await DeployedStacks.open(join(directory, 'stacks'));
    const deployedBefore = await deployed.all();
    const region =
      options.region ??
      files.find((one) => one.region)?.region ??
      // ARNs that were handed out stay what they were.
      parseArn(deployedBefore[0]?.id ?? '')?.region ??
      options.defaultRegion;
    const place: Place = {
      accountId: options.accountId,
      region,
      partition: 'aws',
      endpoint: `http://127.0.0.1:${port}`,
    };
    const credentials = { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey };
    const feed = new ActivityFeed();
    if (onEvent) feed.listen(onEvent);
    const timers = new Timers();
    const access = new Access(place, credentials);
    const sqs = new Sqs(place, join(directory, 'sqs'));
    const ssm = await ParameterStore.open(place, join(directory, 'ssm', 'parameters.json'));
    const journal = await Journal.open<Delivery>(join(directory, 'events', 'deliveries'));
    const logDirectory = join(directory, 'logs');

    const lambda: Lambda = await Lambda.open({
      place,
      access,
      feed,
      timers,
      directory: join(directory, 'functions'),
      logDirectory,
      timeScale: options.timeScale,
      maxProcesses: options.maxProcesses,
      idleMs: options.idleSeconds * 1000,
      conclude: (config, asyncConfig, outcome) =>
        conclude({ place, bridge, sqs, access, feed }, config, asyncConfig, outcome),
    });
    const injection = options.faults && new Injection(options.faults, feed);
    const deliveryFaults = injection && new DeliveryFaults(sendToTarget, injection, timers);
    const bridge = new EventBridge({
      place,
      access,
      lambda,
      sqs,
      feed,
      timers,
      journal,
      records,
      timeScale: options.timeScale,
      send: deliveryFaults?.send ?? sendToTarget,
    });

    const opening = await openS3({
      directory: join(directory, 's3'),
      region,
      accountId: place.accountId,
      notify: async (notification) => {
        await ready;
        await publishNotification(notification, bridge, feed);
      },
      credentialsFor: (accessKeyId) => access.identityOf(accessKeyId)?.credentials,
      authorize: (request) => authorizeS3(access, request),
      ...(options.settleMs !== undefined && { settleMs: options.settleMs }),
    });
    s3 = opening;
    closers.push(() => {
      timers.close();
      feed.close();
    });
    const eventSources = new EventSources({
      lambda,
      sqs,
      region: place.region,
      timeScale: options.timeScale,
    });
    closers.push(
      () => bridge.close(),
      () => lambda.close(),
      () => eventSources.close(),
    );

    const sources = new Map<string, StackFiles>();
    const world: World = {
      place,
      s3: opening,
      bridge,
      lambda,
      sources: eventSources,
      sqs,
      ssm,
      access,
      async readArtifact(stack, bucket, key) {
        const source = sources.get(stack);
        const zip = source && (await readPackagedZip(source, key));
        if (zip) return zip;
        try {
          return await readStoredObject(place, credentials, bucket, key);
        } catch (error) {
          const beside = source ? ', and no such zip beside the template' : '';
          throw new DeployError('artifact-unreadable', `${messageOf(error)}${beside}`, { stack });
        }
      },
    };
    const stacks = new Stacks(world, feed);
    const cloudFormation = new CloudFormationApi({
      place,
      access,
      stacks,
      deployed: async (stack, source) => {
        sources.delete(stack.name);
        await deployed.keep(stack, source);
      },
      removed: (name) => deployed.forget(name),
    });
    const functionFaults =
      injection &&
      new FunctionFaults(injection, {
        nameOf: (accessKeyId) => lambda.environmentWith(accessKeyId)?.settings.config.name,
        end: (accessKeyId, reason) => lambda.environmentWith(accessKeyId)?.kill(reason),
      });
    const events = eventBridgeOperations(bridge, access);
    if (functionFaults) events.PutEvents = withPublishFaults(events.PutEvents!, injection, functionFaults);
    server.on(
      'request',
      createRouter({
        place,
        access,
        feed,
        lambda,
        s3: functionFaults
          ? { ...opening, handle: withS3Faults(opening.handle, injection, functionFaults) }
          : opening,
        cloudFormation,
        jsonServices: {
          AWSEvents: { name: 'events', version: '1.1', operations: events },
          AmazonSQS: { name: 'sqs', version: '1.0', operations: sqsOperations(sqs, access) },
          AmazonEC2ContainerRegistry_V20150921: { name: 'ecr', version: '1.1', operations: ecrOperations },
          AmazonSSM: { name: 'ssm', version: '1.1', operations: ssmOperations(ssm, access) },
        },
      }),
    );

    const withUploads = async (
      { name, uploads }: StackFiles,
      act: (bucket: string, upload: StackFiles['uploads'][number]) => Promise<void>,
    ) => {
      const resources = stacks.get(name)?.plan.resources ?? [];
      const bucket = resources.find(({ logicalId }) => logicalId === deploymentBucket);
      if (!bucket) return;
      for (const one of uploads) await act(bucket.ref, one);
    };
    const upload = (source: StackFiles) =>
      withUploads(source, async (bucket, { key, path }) =>
        writeStoredObject(place, credentials, bucket, key, await readFile(path, 'utf8')),
      );

    const deploy = async (location: StackLocation | StackFiles, mode: 'add' | 'update' | 'put') => {
      const source =
        typeof location === 'object' && 'path' in location ? location : await readStackFiles(location);
      const exists = stacks.get(source.name) !== undefined;
      if (mode === 'add' && exists)
        throw new DeployError('stack-exists', `There is a stack ${source.name} already`);
      if (mode === 'update' && !exists)
        throw new DeployError('unknown-stack', `There is no stack ${source.name}`);
      const before = sources.get(source.name);
      sources.set(source.name, source);
      try {
        const { name, template, parameters } = source;
        // As `serverless deploy`: what rules refer to is there before they are, once the bucket is.
        await upload(source);
        const stack = await stacks.deploy({ name, template, parameters, common: options.parameters });
        if (!exists) await upload(source);
        return describeStack(stack);
      } catch (error) {
        if (before) sources.set(source.name, before);
        else sources.delete(source.name);
        throw error;
      }
    };

    for (const one of deployedBefore) {
      // What the caller brings along is newer than what an earlier run was given.
      if (!files.some(({ name }) => name === one.name)) await stacks.deploy(one);
    }
    for (const one of files) await deploy(one, 'add');
    await lambda.sweepCode();
    await bridge.resume();
    await lambda.resume();
    opened();
    await opening.scan();
    if (options.watch) {
      const locations = new Map(files.map((one, index) => [one.path, options.stacks[index]!]));
      const unwatch = await watchTemplates([...locations.keys()], (path) => {
        // What cannot be deployed is told as it happens, and what ran before runs on.
        void readStackFiles(locations.get(path)!).then(
          (source) => deploy(source, 'put').catch(() => {}),
          (error: unknown) =>
            feed.tell({
              kind: 'stack-failed',
              stack: path,
              code: 'template-unreadable',
              error: messageOf(error),
            }),
        );
      });
      closers.push(unwatch);
    }

    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= closeAll();
      return stopped;
    };
    return {
      endpoint: place.endpoint,
      port,
      region,
      accountId: place.accountId,
      credentials,
      stateDirectory: directory,
      environment: {
        AWS_ENDPOINT_URL: place.endpoint,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      stacks: () => stacks.all().map(describeStack),
      deployStack: (location) => deploy(location, 'add'),
      updateStack: (location) => deploy(location, 'update'),
      async removeStack(name) {
        const source = sources.get(name);
        // As `serverless remove`: a bucket is only removed empty.
        if (source)
          await withUploads(source, (bucket, { key }) => removeStoredObject(place, credentials, bucket, key));
        await stacks.remove(name);
        sources.delete(name);
        await deployed.forget(name);
      },
      faults: {
        struck: () => Object.fromEntries(injection?.struck ?? []),
        deliverLate: async () => (await deliveryFaults?.deliverLate()) ?? 0,
        cease: () => injection?.cease(),
      },
      logPath: (name) => join(logDirectory, `${name}.log`),
      onEvent: (listener) => feed.listen(listener),
      follow: () => feed.follow(),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }
}

function describeStack({ name, id, plan }: Stack): DeployedStack {
  return {
    name,
    id,
    outputs: Object.fromEntries(plan.outputs.map((output: Output) => [output.name, output.value])),
    resources: plan.resources.map(({ kind, logicalId, ref }) => ({
      logicalId,
      type: kind.type,
      physicalId: ref,
    })),
  };
}
