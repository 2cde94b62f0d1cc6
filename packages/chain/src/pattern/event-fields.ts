import * as z from 'zod';

/**
 * Whether an event of a contract may have a field, and which names there are beside the one that it has not.
 * @param path as a pattern names it: lists are passed over
 */
export function findField(
  schema: z.ZodType,
  path: readonly string[],
): { known: true } | { known: false; at: number; names: string[] } {
  let here: z.ZodType[] = [schema];
  for (const [index, name] of path.entries()) {
    const inner = here.flatMap(unwrap);
    if (inner.length === 0 || inner.some(isOpen)) return { known: true };
    const objects = inner.filter((one) => one instanceof z.ZodObject);
    const below = objects.flatMap((one) =>
      Object.hasOwn(one.shape, name) ? [one.shape[name] as z.ZodType] : [],
    );
    if (below.length === 0)
      return {
        known: false,
        at: index,
        names: [...new Set(objects.flatMap((one) => Object.keys(one.shape)))],
      };
    here = below;
  }
  return { known: true };
}

/** Whether an event of a contract holds one value at most at a path: no list, nor anything that the contract leaves open. */
export function isSingle(schema: z.ZodType, path: readonly string[]): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return isSingle(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodUnion)
    return (schema.options as z.ZodType[]).every((one) => isSingle(one, path));
  const [name, ...below] = path;
  if (schema instanceof z.ZodObject)
    return (
      name !== undefined &&
      Object.hasOwn(schema.shape, name) &&
      isSingle(schema.shape[name] as z.ZodType, below)
    );
  return name === undefined && !(schema instanceof z.ZodArray) && !isOpen(schema);
}

/** Through what may be left out, and through lists, as EventBridge goes. */
function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return unwrap(schema.element as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(unwrap);
  return [schema];
}

function isOpen(schema: z.ZodType): boolean {
  return schema instanceof z.ZodRecord || schema instanceof z.ZodUnknown || schema instanceof z.ZodAny;
}
