/** One line of JSON on stderr, as Lambda's log takes it. */
export function warn(message: string, about: object): void {
  console.warn(JSON.stringify({ level: 'WARN', message, ...about }));
}

export function fail(error: unknown, about: object): void {
  const told =
    error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
  console.error(JSON.stringify({ level: 'ERROR', message: 'A request failed', ...about, ...told }));
}
