import type { RunPage, RunState } from '@tributary/events/ledger';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCompact } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { StateMark, stateNames, stateOrder } from '../parts/state-mark.tsx';
import { linkTo, replaceRoute } from '../route.ts';

const TYPING_MS = 200;

export function RunFilters({
  query,
  states,
  chains,
}: {
  query: URLSearchParams;
  states: RunPage['states'];
  chains: readonly string[];
}) {
  const chosen = new Set((query.get('state') ?? '').split(',').filter(Boolean) as RunState[]);
  const set = (changes: Record<string, string | undefined>) =>
    replaceRoute(linkTo(['runs'], { ...Object.fromEntries(query), ...changes }));
  const toggle = (state: RunState) => {
    const next = new Set(chosen);
    if (!next.delete(state)) next.add(state);
    set({ state: [...next].join(',') });
  };
  return (
    <search class="filters">
      <div class="filter-line">
        <TextFilter
          label="Search by bucket and key"
          value={query.get('key') ?? ''}
          onChange={(key) => set({ key })}
        />
        <label>
          <span class="sr-only">Chain</span>
          <select
            value={query.get('chain') ?? ''}
            onChange={(event) => set({ chain: event.currentTarget.value })}
          >
            <option value="">All chains</option>
            {chains.map((chain) => (
              <option key={chain} value={chain}>
                {chain}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="sr-only">Arrived</span>
          <select
            value={query.get('since') ?? ''}
            onChange={(event) => set({ since: event.currentTarget.value })}
          >
            <option value="">Any time</option>
            <option value="hour">Last hour</option>
            <option value="day">Last day</option>
            <option value="week">Last week</option>
          </select>
        </label>
        {query.get('code') && (
          <button
            type="button"
            class="chip"
            onClick={() => set({ code: undefined })}
            aria-label={`Code ${query.get('code')}. Remove this filter`}
          >
            <code>{query.get('code')}</code> <Icon name="close" size={12} />
          </button>
        )}
      </div>
      <fieldset class="chips">
        <legend class="sr-only">States</legend>
        {stateOrder
          .filter((state) => states[state] !== undefined || chosen.has(state))
          .map((state) => (
            <button
              key={state}
              type="button"
              class="chip"
              aria-pressed={chosen.has(state)}
              onClick={() => toggle(state)}
            >
              <StateMark state={state} size={14} />
              {stateNames[state]}
              <b>{formatCompact(states[state] ?? 0)}</b>
            </button>
          ))}
      </fieldset>
    </search>
  );
}

function TextFilter({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  return (
    <label class="search">
      <Icon name="search" size={16} />
      <input
        type="search"
        aria-label={label}
        placeholder="bucket/key…"
        value={text}
        onInput={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => onChange(next), TYPING_MS);
        }}
      />
      <kbd title="Press / to search">/</kbd>
    </label>
  );
}
