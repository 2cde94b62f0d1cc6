/** @example `splitAttribute('Bus.Arn')` is `['Bus', 'Arn']` */
export function splitAttribute(reference: string): [string, string | undefined] {
  const dot = reference.indexOf('.');
  return dot < 0 ? [reference, undefined] : [reference.slice(0, dot), reference.slice(dot + 1)];
}

/** Names that a value refers to, by Ref, GetAtt or Sub, in every branch. */
export function* referencesIn(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* referencesIn(item);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref' && typeof item === 'string') yield item;
    else if (key === 'Fn::GetAtt') {
      const name =
        typeof item === 'string' ? splitAttribute(item)[0] : Array.isArray(item) ? item[0] : undefined;
      if (typeof name === 'string') yield name;
    } else if (key === 'Fn::Sub') {
      const template = Array.isArray(item) ? item[0] : item;
      for (const [, name = ''] of String(template).matchAll(/\$\{([^!}][^}]*)\}/g))
        yield splitAttribute(name.trim())[0];
      if (Array.isArray(item)) yield* referencesIn(item[1]);
    } else yield* referencesIn(item);
  }
}
