import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { openS3, type S3, type S3Notification, type S3Options } from '../../src/s3/index.ts';

/** An S3 with a server before it, in a directory of its own. */
export class Harness {
  readonly directory: string;
  readonly told: S3Notification[] = [];
  s3!: S3;
  port = 0;
  #server!: Server;
  #clients: S3Client[] = [];
  #options: Partial<S3Options>;

  private constructor(directory: string, options: Partial<S3Options>) {
    this.directory = directory;
    this.#options = options;
  }

  /** @param directory one that is there; otherwise a new one */
  static async open(options: Partial<S3Options> = {}, directory = makeDirectory()): Promise<Harness> {
    const harness = new Harness(directory, options);
    await harness.start();
    return harness;
  }

  async start(): Promise<void> {
    this.s3 = await openS3({
      directory: this.directory,
      region: 'eu-central-1',
      accountId: '000000000000',
      settleMs: 100,
      notify: (notification) => {
        this.told.push(notification);
      },
      ...this.#options,
    });
    this.#server = createServer((request, response) => void this.s3.handle(request, response));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.s3.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The SDK with its own defaults. */
  client(config: S3ClientConfig = {}): S3Client {
    const client = new S3Client({
      endpoint: this.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      ...config,
    });
    this.#clients.push(client);
    return client;
  }

  /** Where a person would look for an object. */
  file(bucket: string, ...names: string[]): string {
    return join(this.directory, bucket, ...names);
  }

  /** Waits until something holds. */
  async until(what: () => boolean | Promise<boolean>, seconds = 30): Promise<void> {
    for (const end = Date.now() + seconds * 1000; !(await what()); ) {
      if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** What the SDK threw, for its code and status. */
export async function refusal(work: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await work;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode };
  }
  throw new Error('It was not refused');
}

export function makeDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'tributary-s3-')));
}
