import { readText } from './body.ts';
import { S3Error } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { listOf, readDocument, textOf, type XmlElements } from './xml.ts';

const maxKeys = 1000;
const maxDocument = 4 * 1024 * 1024;

interface Wish {
  key: string;
  version: string | undefined;
  etag: string | undefined;
}

/** DeleteObjects: each key is permitted, deleted and answered for on its own. */
export async function deleteObjects(exchange: Exchange): Promise<void> {
  const { service, bucket } = exchange;
  const text = await readText(exchange.request, exchange.signed.payload, maxDocument);
  const document = readDocument(text, 'Delete');
  const wishes = listOf(document.Object).map((object): Wish => {
    const key = textOf(object.Key);
    if (!key) throw new S3Error('MalformedXML');
    return { key, version: textOf(object.VersionId), etag: textOf(object.ETag) };
  });
  if (wishes.length === 0 || wishes.length > maxKeys) throw new S3Error('MalformedXML');
  const Deleted: XmlElements[] = [];
  const Errors: XmlElements[] = [];
  for (const { key, version, etag } of wishes) {
    try {
      await exchange.demand(
        version === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
        bucket.name,
        key,
      );
      const deleted = service.store.remove(bucket.name, key, version, etag, exchange.cause('DeleteObject'));
      const marker = deleted?.marker && bucket.config.versioning !== undefined;
      Deleted.push({
        Key: key,
        VersionId: version,
        DeleteMarker: marker ? true : undefined,
        DeleteMarkerVersionId: marker ? deleted.version : undefined,
      });
    } catch (error) {
      const { code, message } = error instanceof S3Error ? error : new S3Error('InternalError');
      Errors.push({ Key: key, VersionId: version, Code: code, Message: message });
    }
  }
  const quiet = textOf(document.Quiet) === 'true';
  exchange.sendXml('DeleteResult', { Deleted: quiet ? undefined : Deleted, Error: Errors });
}
