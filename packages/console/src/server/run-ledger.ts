import { ApiError } from './api-error.ts';
import { type Aws, AwsRefusal } from './aws-client.ts';

/** Where the ledger is may change with a deployment. */
const keepMs = 10_000;

/** The run ledger of a stage, asked over its function URL with requests signed. All that the page shows of runs is its answer. */
export class RunLedger {
  readonly #aws: Aws;
  readonly #stage: string;
  #url: { at: number; found: Promise<string> } | undefined;

  constructor(aws: Aws, stage: string) {
    this.#aws = aws;
    this.#stage = stage;
  }

  /** @param path relative, with its query. @throws ApiError `no-ledger`, where none is deployed */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#aws.fetchUrl('lambda', new URL(path, await this.#address()).href, init);
  }

  #address(): Promise<string> {
    if (this.#url === undefined || Date.now() - this.#url.at > keepMs) {
      this.#url = { at: Date.now(), found: this.#lookUp() };
      this.#url.found.catch(() => {
        this.#url = undefined;
      });
    }
    return this.#url.found;
  }

  async #lookUp(): Promise<string> {
    const Name = `/tributary/${this.#stage}/run-ledger/url`;
    try {
      const { Parameter } = await this.#aws.call<{ Parameter: { Value: string } }>(
        'ssm',
        'AmazonSSM.GetParameter',
        '1.1',
        { Name },
      );
      return Parameter.Value;
    } catch (error) {
      if (!(error instanceof AwsRefusal) || error.code !== 'ParameterNotFound') throw error;
      throw new ApiError(503, {
        code: 'no-ledger',
        message: `No run ledger is deployed on stage ${this.#stage}: services/run-ledger keeps what is shown here`,
        expected: Name,
      });
    }
  }
}
