import { createHash } from 'node:crypto';
import * as z from 'zod';

export const messageAttributesSchema = z.record(
  z.string().min(1).max(256),
  z.object({
    DataType: z.string().regex(/^(String|Number|Binary)(\..+)?$/),
    StringValue: z.string().optional(),
    /** Base64 */
    BinaryValue: z.string().optional(),
  }),
);

export type MessageAttributes = z.infer<typeof messageAttributesSchema>;

/**
 * `MD5OfMessageAttributes`, which SDKs check.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function messageAttributesDigest(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const addSized = (bytes: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    hash.update(size).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name]!;
    addSized(Buffer.from(name));
    addSized(Buffer.from(DataType));
    const binary = DataType.startsWith('Binary');
    hash.update(Buffer.from([binary ? 2 : 1]));
    addSized(binary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}
