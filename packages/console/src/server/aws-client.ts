import { AwsClient } from 'aws4fetch';

/** Where the local AWS listens, and as whom to speak to it: a `LocalAws` is one. */
export interface AwsPlace {
  endpoint: string;
  region: string;
  accountId: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** What AWS answered that is no success. */
export class AwsRefusal extends Error {
  override name = 'AwsRefusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The few calls the console's server makes, signed. */
export class Aws {
  readonly place: AwsPlace;
  readonly #clients = new Map<string, AwsClient>();

  constructor(place: AwsPlace) {
    this.place = place;
  }

  /** An operation of the JSON protocol: `AmazonSQS.ReceiveMessage`, `AWSEvents.ListRules`, ... */
  async call<T>(service: string, target: string, version: string, input: unknown): Promise<T> {
    const response = await this.fetch(service, '/', {
      method: 'POST',
      headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw refusalOf(response.status, text);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  /** `path` begins with a slash and is encoded already. */
  fetch(service: string, path: string, init: RequestInit = {}): Promise<Response> {
    return this.fetchUrl(service, this.place.endpoint + path, init);
  }

  async fetchUrl(service: string, url: string, init: RequestInit = {}): Promise<Response> {
    let client = this.#clients.get(service);
    if (client === undefined) {
      const { region, credentials } = this.place;
      client = new AwsClient({ ...credentials, region, service, retries: 0 });
      this.#clients.set(service, client);
    }
    return client.fetch(url, init);
  }
}

/** Errors of the JSON services have `__type`, those of S3 are XML. */
export function refusalOf(status: number, text: string): AwsRefusal {
  const code = /"__type":"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? /<Code>([^<]+)</.exec(text)?.[1];
  const message = /"[mM]essage":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? /<Message>([^<]*)</.exec(text)?.[1];
  return new AwsRefusal(status, code ?? 'Unknown', message ?? text.slice(0, 300));
}
