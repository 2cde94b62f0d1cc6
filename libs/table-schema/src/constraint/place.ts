/** A field in a message. */
export function describePlace({ name, type }: { name: string; type: string }): string {
  return `${JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)} of type ${type}`;
}
