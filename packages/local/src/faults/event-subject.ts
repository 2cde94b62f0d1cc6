import * as z from 'zod';

const object = z.looseObject({ key: z.string() });
const known = z.looseObject({
  chain: z.string().optional(),
  step: z.string().optional(),
  /** Of an S3 event. */
  object: object.optional(),
  /** Of a step's event. */
  input: object.optional(),
});

/** Names an event by what is the same in every run: ids and times are not. */
export function describeEvent(detailType: string, detail: unknown): string {
  const { data } = known.safeParse(detail);
  const key = data?.object?.key ?? data?.input?.key;
  return [detailType, data?.chain, data?.step, key].filter(Boolean).join(' ');
}
