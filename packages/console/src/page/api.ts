import type { ApiFault } from '@tributary/events/ledger';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { onLive } from './live.ts';

/** What the ledger or the local server refused a request with. */
export class Refused extends Error {
  readonly fault: ApiFault;

  constructor(fault: ApiFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answerOf<T>(await fetch(path, signal ? { signal } : {}));
}

/** Whoever signs requests on the way, as CloudFront does, is told the digest of the body. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const text = JSON.stringify(body);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return answerOf<T>(
    await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-amz-content-sha256': hex },
      body: text,
    }),
  );
}

export async function upload<T>(path: string, file: Blob): Promise<T> {
  return answerOf<T>(await fetch(path, { method: 'POST', body: file }));
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Refused(faultOf(response.status, text));
  return JSON.parse(text) as T;
}

function faultOf(status: number, text: string): ApiFault {
  try {
    const fault = JSON.parse(text) as Partial<ApiFault>;
    if (typeof fault.message === 'string') return { code: String(status), ...fault, message: fault.message };
  } catch {
    // Not of the ledger, but of something on the way.
  }
  return { code: `http-${status}`, message: text.slice(0, 300) || `The server answered ${status}` };
}

export interface Answer<T> {
  data: T | undefined;
  error: Error | undefined;
  loading: boolean;
  reload: () => void;
}

/** Live changes come in swarms; one look after a moment sees them all. */
const SETTLE_MS = 250;

/** Asks for `path`, again whenever it changes and, if `live`, whenever a run does. What was there stays until then. */
export function useAnswer<T>(path: string | undefined, { live = false } = {}): Answer<T> {
  const [state, setState] = useState<{ path?: string; data?: T; error?: Error; loading: boolean }>({
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((now) => now + 1), []);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    setState((before) => (before.path === path ? before : { loading: true }));
    get<T>(path, abort.signal).then(
      (data) => setState({ path, data, loading: false }),
      (error: Error) => {
        if (!abort.signal.aborted)
          setState((before) => ({ ...(before.path === path ? before : { path }), error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [path, turn]);

  useEffect(() => {
    if (!live) return;
    const end = onLive(() => {
      clearTimeout(timer.current);
      timer.current = setTimeout(reload, SETTLE_MS);
    });
    return () => {
      clearTimeout(timer.current);
      end();
    };
  }, [live, reload]);

  return {
    data: state.path === path ? state.data : undefined,
    error: state.error,
    loading: state.loading,
    reload,
  };
}
