import { readText } from './body.ts';
import type { Exchange } from './exchange.ts';
import { readTagDocument, type Tags, writeTags } from './tags.ts';

const maxDocument = 64 * 1024;

export async function getObjectTagging(exchange: Exchange): Promise<void> {
  const record = exchange.service.store.get(exchange.bucket.name, exchange.key, exchange.query('versionId'));
  exchange.sendXml('Tagging', writeTags(record.head.tags ?? {}), exchange.versionHeader(record));
}

export async function putObjectTagging(exchange: Exchange): Promise<void> {
  changeTags(
    exchange,
    200,
    readTagDocument(await readText(exchange.request, exchange.signed.payload, maxDocument)),
  );
}

export async function deleteObjectTagging(exchange: Exchange): Promise<void> {
  changeTags(exchange, 204, undefined);
}

function changeTags(exchange: Exchange, status: number, tags: Tags | undefined): void {
  const { store } = exchange.service;
  const record = store.get(exchange.bucket.name, exchange.key, exchange.query('versionId'));
  store.tag(record, tags, exchange.cause('PutObject'));
  exchange.send(status, exchange.versionHeader(record));
}
