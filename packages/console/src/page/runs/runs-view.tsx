import type { ChainsAnswer, RunPage, RunState, RunSummary } from '@tributary/events/ledger';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, useAnswer } from '../api.ts';
import { formatCount } from '../format.ts';
import { onLive } from '../live.ts';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';
import { linkTo } from '../route.ts';
import { RunFilters } from './run-filters.tsx';
import { RunList } from './run-list.tsx';

const PAGE = 500;
const SETTLE_MS = 300;

/** The runs that fit the filters in the address, page after page as they are scrolled to. */
export function RunsView({ query }: { query: URLSearchParams }) {
  const { runs, page, error, more } = useRuns(query);
  const chains = useAnswer<ChainsAnswer>('v1/chains');
  const filtered = [...query.keys()].length > 0;
  return (
    <div class="runs-view">
      <header class="view-head">
        <h1>Runs</h1>
        <span class="faint" role="status">
          {page && `${formatCount(page.total)}${filtered ? ' match' : ''}`}
        </span>
      </header>
      <RunFilters
        query={query}
        states={page?.states ?? {}}
        chains={chains.data?.chains.map(({ chain }) => chain) ?? []}
      />
      {error && <FaultNote error={error} />}
      {!page && !error && <Loading lines={8} />}
      {page?.total === 0 &&
        (filtered ? (
          <EmptyState icon="search" title="No run fits these filters">
            <a href={linkTo(['runs'])}>Show all runs</a>
          </EmptyState>
        ) : (
          <EmptyState icon="runs" title="Nothing has run yet">
            <p>
              Drop a file on the source of a <a href={linkTo(['chains'])}>chain</a>, or upload one to its
              bucket: its run appears here at once.
            </p>
          </EmptyState>
        ))}
      {page && page.total > 0 && <RunList runs={runs} total={page.total} onEnd={more} />}
    </div>
  );
}

function useRuns(query: URLSearchParams) {
  const text = apiQuery(query).toString();
  const [runs, setRuns] = useState<RunSummary[]>([]);
  const [page, setPage] = useState<RunPage>();
  const [error, setError] = useState<Error>();
  const next = useRef<string | undefined>(undefined);
  const busy = useRef(false);

  /** The first page anew: what was read before stays behind it. */
  const refresh = useCallback(async () => {
    try {
      const answer = await get<RunPage>(`v1/runs?${text}&limit=${PAGE}`);
      setError(undefined);
      setPage(answer);
      setRuns((before) => {
        const fresh = new Set(answer.runs.map(({ id }) => id));
        const last = answer.runs.at(-1);
        const rest =
          last === undefined || answer.next === undefined
            ? []
            : before.filter((run) => !fresh.has(run.id) && run.startedAt <= last.startedAt);
        if (rest.length === 0) next.current = answer.next;
        return [...answer.runs, ...rest];
      });
    } catch (thrown) {
      setError(thrown as Error);
    }
  }, [text]);

  useEffect(() => {
    setRuns([]);
    setPage(undefined);
    next.current = undefined;
    void refresh();
    let timer: ReturnType<typeof setTimeout>;
    const end = onLive((run) => {
      if (run) setRuns((before) => before.map((one) => (one.id === run.id ? run : one)));
      clearTimeout(timer);
      timer = setTimeout(refresh, SETTLE_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [refresh]);

  const more = useCallback(() => {
    if (next.current === undefined || busy.current) return;
    busy.current = true;
    get<RunPage>(`v1/runs?${text}&limit=${PAGE}&cursor=${encodeURIComponent(next.current)}`)
      .then((answer) => {
        next.current = answer.next;
        setRuns((before) => {
          const known = new Set(before.map(({ id }) => id));
          return [...before, ...answer.runs.filter(({ id }) => !known.has(id))];
        });
      }, setError)
      .finally(() => {
        busy.current = false;
      });
  }, [text]);

  return { runs, page, error, more };
}

const HOURS: Record<string, number> = { hour: 1, day: 24, week: 168 };

/** The filters of the address as the API has them: a span becomes the time it began. */
function apiQuery(query: URLSearchParams): URLSearchParams {
  const search = new URLSearchParams();
  for (const state of (query.get('state') ?? '').split(',').filter(Boolean))
    search.append('state', state as RunState);
  for (const name of ['chain', 'key', 'code']) {
    const value = query.get(name);
    if (value) search.set(name, value);
  }
  const hours = HOURS[query.get('since') ?? ''];
  // To the minute, so that the same filter asks the same.
  if (hours)
    search.set('from', new Date(Math.floor(Date.now() / 60_000) * 60_000 - hours * 3_600_000).toISOString());
  return search;
}
