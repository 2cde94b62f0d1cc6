/** What is there by a name that anybody may have made up: `__proto__` and `toString` are none. */
export function ownOf<T>(all: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return all !== undefined && Object.hasOwn(all, name) ? all[name] : undefined;
}
