import type { RunSummary } from '@tributary/events/ledger';
import { useEffect, useState } from 'preact/hooks';

/** A run that has begun, changed or ended; undefined: anything may have. */
type Listener = (run: RunSummary | undefined) => void;

/** A stream that does not come back within this time is lost. */
const PATIENCE_MS = 5000;

const listeners = new Set<Listener>();
const watchers = new Set<(connected: boolean) => void>();
let source: EventSource | undefined;
let connected = false;

/** Calls back for every change. The stream is open while someone listens. @returns what ends it */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  if (source === undefined) source = open();
  return () => {
    listeners.delete(listener);
  };
}

/** Whether changes come in. */
export function useConnected(): boolean {
  const [state, setState] = useState(connected);
  useEffect(() => {
    watchers.add(setState);
    return () => {
      watchers.delete(setState);
    };
  }, []);
  return state;
}

function open(): EventSource {
  const stream = new EventSource('v1/live');
  // The server ends each answer on purpose: only a failure to come back is a loss.
  let lost: ReturnType<typeof setTimeout> | undefined;
  stream.addEventListener('open', () => {
    clearTimeout(lost);
    lost = undefined;
    tell(true);
  });
  stream.addEventListener('error', () => {
    lost ??= setTimeout(() => tell(false), PATIENCE_MS);
    if (stream.readyState !== EventSource.CLOSED) return;
    // The browser has given up; the server may be back later.
    clearTimeout(lost);
    tell(false);
    source = undefined;
    setTimeout(() => {
      if (source === undefined) source = open();
    }, PATIENCE_MS);
  });
  stream.addEventListener('run', ({ data }) => {
    const run = JSON.parse(data) as RunSummary;
    for (const listener of listeners) listener(run);
  });
  stream.addEventListener('reset', () => {
    for (const listener of listeners) listener(undefined);
  });
  return stream;
}

function tell(now: boolean): void {
  if (connected === now) return;
  connected = now;
  for (const watcher of watchers) watcher(now);
}
