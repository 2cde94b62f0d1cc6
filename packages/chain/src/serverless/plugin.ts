import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

// Everything else is loaded when a command needs it: `serverless info` does not.

/** The parts of Serverless that are used, as version 3 and its fork have them. */
interface Serverless {
  serviceDir: string;
  service: { service: string; package: { path?: string }; provider: Provider; resources?: object };
  processedInput: { options: { param?: string | string[]; package?: string } };
  configurationInput: { params?: Record<string, Record<string, unknown>> };
  getProvider(name: 'aws'): AwsProvider;
}

interface Provider {
  deploymentBucket?: string;
  shouldNotDeploy?: boolean;
}

interface AwsProvider {
  getStage(): string;
  getRegion(): string;
  getDeploymentPrefix(): string;
  getServerlessDeploymentBucketName(): Promise<string>;
  /** Of version 3; its fork has the other. */
  request(service: string, method: string, params: object): Promise<unknown>;
  getAwsSdkV3Config?(): Promise<import('@aws-sdk/client-s3').S3ClientConfig>;
}

/**
 * Makes a stack of the chain.yml beside a serverless.yml: checks and compiles it, and uploads options that a rule has no
 * room for before the stack that names them is updated.
 */
export default class ChainPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.hooks = {
      'before:package:initialize': () => this.#compile(),
      'after:package:finalize': () => this.#keepUploads(),
      'after:aws:deploy:deploy:uploadArtifacts': () => this.#upload(),
    };
  }

  #publications: import('../cloudformation/publication.ts').Publication[] = [];

  async #compile(): Promise<void> {
    const [{ compileChainFolder }, { BadChain }] = await Promise.all([
      import('./compile-folder.ts'),
      import('../mistake.ts'),
    ]);
    const { service, serviceDir } = this.#serverless;
    const aws = this.#serverless.getProvider('aws');
    const { deploymentBucket } = service.provider;
    try {
      const { publications, ...resources } = await compileChainFolder(serviceDir, {
        stage: aws.getStage(),
        region: aws.getRegion(),
        params: this.#params(aws.getStage()),
        uploads: {
          bucket: deploymentBucket ?? { Ref: 'ServerlessDeploymentBucket' },
          prefix: `${aws.getDeploymentPrefix()}/${service.service}/${aws.getStage()}/`,
        },
      });
      service.resources = merged(service.resources, resources);
      this.#publications = publications;
    } catch (error) {
      // Serverless prints the stack of what it does not know: the mistake is in the chain, not in there.
      if (error instanceof BadChain) error.stack = `\n${error.message}`;
      throw error;
    }
  }

  async #keepUploads(): Promise<void> {
    const { writePublications } = await import('../files/write-publications.ts');
    writePublications(this.#packageFolder(), this.#publications);
  }

  async #upload(): Promise<void> {
    if (this.#serverless.service.provider.shouldNotDeploy) return;
    const folder = join(this.#packageFolder(), 'uploads');
    if (!existsSync(folder)) return;
    const aws = this.#serverless.getProvider('aws');
    const Bucket = await aws.getServerlessDeploymentBucketName();
    const put = await putObjectOf(aws);
    for (const path of filesBelow(folder))
      await put({
        Bucket,
        Key: relative(folder, path).split(sep).join('/'),
        Body: readFileSync(path),
        ContentType: 'application/json',
      });
  }

  #packageFolder(): string {
    const { serviceDir, service, processedInput } = this.#serverless;
    return processedInput.options.package ?? service.package.path ?? join(serviceDir, '.serverless');
  }

  /** Params of the serverless.yml, under those of the command. */
  #params(stage: string): Record<string, string> {
    const { params = {} } = this.#serverless.configurationInput;
    const flags = [this.#serverless.processedInput.options.param ?? []].flat().map((flag) => {
      const at = flag.indexOf('=');
      return [flag.slice(0, at), flag.slice(at + 1)];
    });
    return Object.fromEntries(
      [...Object.entries(params.default ?? {}), ...Object.entries(params[stage] ?? {}), ...flags].map(
        ([name, value]) => [name, String(value)],
      ),
    );
  }
}

type PutObject = (params: import('@aws-sdk/client-s3').PutObjectCommandInput) => Promise<unknown>;

async function putObjectOf(aws: AwsProvider): Promise<PutObject> {
  if (!aws.getAwsSdkV3Config) return (params) => aws.request('S3', 'putObject', params);
  const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client(await aws.getAwsSdkV3Config());
  return (params) => client.send(new PutObjectCommand(params));
}

function merged(own: object | undefined, compiled: object): object {
  const parts = [own ?? {}].flat() as Record<string, object>[];
  return [...parts, compiled].reduce<Record<string, object>>((all, part) => {
    for (const [section, entries] of Object.entries(part)) all[section] = { ...all[section], ...entries };
    return all;
  }, {});
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
