import { S3Error } from './errors.ts';
import { listOf, type ReadXml, readDocument, textOf, type XmlElements } from './xml.ts';

export type Tags = Record<string, string>;

/** Of an object; a bucket may have 50. */
const maxTags = 10;

/** Tags out of `x-amz-tagging`: `a=1&b=2`, URL-encoded. @throws S3Error InvalidTag, InvalidArgument */
export function readTagHeader(header: string | string[] | undefined): Tags | undefined {
  if (header === undefined) return undefined;
  const pairs = [...new URLSearchParams(String(header))];
  return pairs.length === 0 ? undefined : checkTags(pairs, maxTags);
}

/** Tags out of a `Tagging` document. @throws S3Error MalformedXML, InvalidTag */
export function readTagDocument(text: string, limit: number = maxTags): Tags {
  const set = readDocument(text, 'Tagging').TagSet;
  if (set === undefined || Array.isArray(set)) throw new S3Error('MalformedXML');
  const tags = typeof set === 'string' ? undefined : (set as { Tag?: ReadXml }).Tag;
  return checkTags(
    listOf(tags).map((tag) => {
      const key = textOf(tag.Key);
      if (key === undefined || tag.Value === undefined) throw new S3Error('MalformedXML');
      return [key, textOf(tag.Value) ?? ''] as const;
    }),
    limit,
  );
}

export function writeTags(tags: Tags): XmlElements {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
function checkTags(pairs: readonly (readonly [string, string])[], limit: number): Tags {
  if (pairs.length > limit) {
    throw new S3Error('InvalidTag', {}, `Object tags cannot be greater than ${limit}`);
  }
  const seen = new Set<string>();
  for (const [key, value] of pairs) {
    if (key === '' || key.length > 128)
      throw new S3Error('InvalidTag', { TagKey: key }, 'The TagKey you have provided is invalid');
    if (value.length > 256)
      throw new S3Error('InvalidTag', { TagKey: key }, 'The TagValue you have provided is invalid');
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value))
      throw new S3Error(
        'InvalidTag',
        { TagKey: key },
        'The TagKey or TagValue holds characters that are not allowed',
      );
    if (seen.has(key))
      throw new S3Error('InvalidTag', { TagKey: key }, 'Cannot provide multiple Tags with the same key');
    seen.add(key);
  }
  return Object.fromEntries(pairs);
}
