/** Milliseconds since some moment. Asking `performance` would load node:perf_hooks: one of the 50 ms that a short run takes. */
export function milliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
