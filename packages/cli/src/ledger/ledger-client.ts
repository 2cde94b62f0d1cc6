import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { TributaryError } from '@tributary/codec/errors';
import { type ApiFault, apiFault } from '@tributary/events/ledger';
import type { z } from 'zod';
import { UsageError } from '../failure.ts';

export interface LedgerFlags {
  stage: string;
  /** Port of the local AWS, or true for the usual one. */
  local?: string | true;
  url?: string;
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

interface Account {
  region: string;
  credentials: Credentials;
  /** Of the local AWS, or of whatever stands in for AWS. */
  endpoint?: string | undefined;
}

const timeoutMs = 60_000;

/** The ledger's HTTP API, asked with the user's own AWS credentials. */
export class LedgerClient {
  readonly #account: Account;
  readonly #url: string;

  private constructor(account: Account, url: string) {
    this.#account = account;
    this.#url = url;
  }

  /** Finds the ledger of a stage. @throws {UsageError} `no-region`, `no-credentials`, `no-ledger` */
  static async open({ stage, local, url }: LedgerFlags): Promise<LedgerClient> {
    const account = await accountOf(local);
    return new LedgerClient(account, url ?? (await findUrl(account, stage)));
  }

  /** @param path relative, with its query; @param body asks by POST. @throws {LedgerRefusal} */
  async ask<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    body?: object,
  ): Promise<z.output<Schema>> {
    const response = await signedFetch(this.#account, 'lambda', new URL(path, this.#url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const value: unknown = await response.json().catch(() => undefined);
    if (response.ok) return schema.parse(value);
    const fault = apiFault.safeParse(value);
    throw new LedgerRefusal(
      fault.success ? fault.data : { code: `http-${response.status}`, message: describe(response, value) },
    );
  }
}

/** What the ledger says no with. */
export class LedgerRefusal extends TributaryError {
  constructor({ code, message, expected, got }: ApiFault) {
    super({
      code,
      what: message,
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
    });
  }
}

function describe({ status }: Response, value: unknown): string {
  const message = (value as { Message?: string; message?: string } | undefined)?.Message;
  return `The ledger answered ${status}${message ? `: ${message}` : ''}`;
}

async function accountOf(local: string | true | undefined): Promise<Account> {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (local !== undefined) {
    const endpoint = `http://127.0.0.1:${local === true ? 4566 : local}`;
    return {
      region: region ?? 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
  }
  if (region === undefined) {
    throw new UsageError({
      code: 'no-region',
      what: 'It is not said where the ledger is',
      expected: 'AWS_REGION, or --local for `tributary local`',
    });
  }
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node'); // not bundled: only this needs it
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await defaultProvider()();
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    return { region, credentials, endpoint: process.env.AWS_ENDPOINT_URL };
  } catch (error) {
    throw new UsageError({ code: 'no-credentials', what: (error as Error).message }, { cause: error });
  }
}

async function findUrl(account: Account, stage: string): Promise<string> {
  const name = `/tributary/${stage}/run-ledger/url`;
  const address = account.endpoint ?? `https://ssm.${account.region}.amazonaws.com`;
  let response: Response;
  try {
    response = await signedFetch(account, 'ssm', new URL('/', address), {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.GetParameter', 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ Name: name }),
    });
  } catch (error) {
    throw new UsageError(
      {
        code: 'no-ledger',
        what: `Nothing answers at ${address}`,
        expected: 'a running `tributary local`, or AWS',
      },
      { cause: error },
    );
  }
  const answer = (await response.json().catch(() => ({}))) as {
    Parameter?: { Value?: string };
    __type?: string;
  };
  const url = answer.Parameter?.Value;
  if (url !== undefined) return url;
  throw new UsageError({
    code: 'no-ledger',
    what: `There is no ledger of stage ${stage}: parameter ${name} cannot be read`,
    expected: 'services/run-ledger deployed, or --url',
    got: answer.__type ?? `status ${response.status}`,
  });
}

interface Message {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

async function signedFetch(
  { region, credentials }: Account,
  service: string,
  url: URL,
  message: Message,
): Promise<Response> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method: message.method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname,
    query,
    headers: { host: url.host, ...message.headers },
    ...(message.body !== undefined && { body: message.body }),
  });
  return await fetch(url, { ...message, headers: signed.headers, signal: AbortSignal.timeout(timeoutMs) });
}

/** Node's own, as the signer takes it. */
class Sha256 {
  #hash: Hash | Hmac;
  readonly #secret: string | Uint8Array | undefined;

  constructor(secret?: unknown) {
    this.#secret = secret as string | Uint8Array | undefined;
    this.#hash = this.#begin();
  }

  update(data: string | Uint8Array | ArrayBuffer): void {
    this.#hash.update(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}
