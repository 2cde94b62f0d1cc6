import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';

export interface Clients {
  s3: S3Client;
  /** Loaded on first use: S3 comes first, and the second client's import then hides behind the first read. */
  eventBridge(): Promise<EventBridgeClient>;
}

/**
 * The clients of one process: region and credentials from its environment, connections kept alive, path style where
 * `AWS_ENDPOINT_URL` names an endpoint of one's own. No socket may be idle for longer than `idleMs`.
 */
export function createClients(env: NodeJS.ProcessEnv = process.env, idleMs = 30_000): Clients {
  const local = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const keepAlive = { keepAlive: true, maxSockets: 50 };
  const requestHandler = {
    connectionTimeout: 3_000,
    socketTimeout: idleMs,
    httpAgent: new HttpAgent(keepAlive),
    httpsAgent: new HttpsAgent(keepAlive),
  };
  const s3 = new S3Client({
    ...settings(env, env.AWS_ENDPOINT_URL_S3),
    requestHandler,
    forcePathStyle: local !== undefined && local !== '',
  });
  let loading: Promise<EventBridgeClient> | undefined;
  return {
    s3,
    eventBridge() {
      loading ??= import('@aws-sdk/client-eventbridge')
        .then(
          ({ EventBridgeClient }) =>
            new EventBridgeClient({ ...settings(env, env.AWS_ENDPOINT_URL_EVENTBRIDGE), requestHandler }),
        )
        .catch((error) => {
          // The next invocation of this process tries again.
          loading = undefined;
          throw error;
        });
      return loading;
    },
  };
}

function settings(env: NodeJS.ProcessEnv, own: string | undefined) {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const endpoint = own || env.AWS_ENDPOINT_URL;
  return {
    maxAttempts: 4,
    ...(region === undefined ? {} : { region }),
    ...(endpoint ? { endpoint } : {}),
  };
}
