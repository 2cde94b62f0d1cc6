import type { RunState } from '@tributary/events/ledger';

/** Shape and colour say the same: neither is needed to tell states apart. */
const shapes: Record<RunState, preact.ComponentChildren> = {
  running: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" class="line" />,
  stuck: <path d="M4 2.5h8L8 8l4 5.5H4L8 8z" class="fill" />,
  completed: (
    <>
      <circle cx="8" cy="8" r="6" class="fill" />
      <path d="M5.2 8.2l2 2 3.6-4.2" class="cut" />
    </>
  ),
  'partly-rejected': (
    <>
      <circle cx="8" cy="8" r="5.3" class="line" />
      <path d="M8 2.7a5.3 5.3 0 0 1 0 10.6z" class="fill" />
    </>
  ),
  rejected: (
    <>
      <path d="M8 1.8l6.6 11.7H1.4z" class="fill" />
      <path d="M8 6v3.4M8 11.4v.2" class="cut" />
    </>
  ),
  failed: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2.5" class="fill" />
      <path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" class="cut" />
    </>
  ),
  superseded: <path d="M3 5h7l-2-2M13 11H6l2 2" class="line" />,
  skipped: <path d="M3 8h10" class="line" />,
};

export const stateNames: Record<RunState, string> = {
  running: 'Running',
  stuck: 'Stuck',
  completed: 'Completed',
  'partly-rejected': 'Partly rejected',
  rejected: 'Rejected',
  failed: 'Failed',
  superseded: 'Superseded',
  skipped: 'Skipped',
};

export const stateOrder = Object.keys(stateNames) as RunState[];

export function StateMark({ state, size = 16 }: { state: RunState; size?: number }) {
  return (
    <svg
      class={`mark is-${state}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role="img"
      aria-label={stateNames[state]}
    >
      {shapes[state]}
    </svg>
  );
}

export function StateLabel({ state }: { state: RunState }) {
  return (
    <span class={`state is-${state}`}>
      <StateMark state={state} />
      <span aria-hidden="true">{stateNames[state]}</span>
    </span>
  );
}
