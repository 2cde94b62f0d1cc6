import type { DeadLetter, DeadLetterQueues, DeadLetters } from '@tributary/events/ledger';
import { useAnswer } from '../api.ts';
import { formatAgo, formatTime } from '../format.ts';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';
import { linkTo } from '../route.ts';
import { ReplayButton } from '../runs/replay-button.tsx';

/** What could not be delivered, why, and doing it again. */
export function DeadLettersView({ query }: { query: URLSearchParams }) {
  const { data, error, reload } = useAnswer<DeadLetterQueues>('v1/dead-letters', { live: true });
  const chosen = query.get('queue') ?? data?.queues[0]?.name;
  const waiting = data?.queues.reduce((sum, { messages }) => sum + messages, 0) ?? 0;
  return (
    <>
      <header class="view-head">
        <h1>Dead letters</h1>
        <button type="button" onClick={reload}>
          Look again
        </button>
      </header>
      {error && <FaultNote error={error} />}
      {!data && !error && <Loading />}
      {data && data.queues.length > 0 && (
        <nav class="queues" aria-label="Queues">
          {data.queues.map(({ name, messages }) => (
            <a
              key={name}
              class="chip"
              href={linkTo(['dead-letters'], { queue: name })}
              aria-current={name === chosen ? 'true' : undefined}
            >
              <span class="mono">{name}</span> <b class={messages > 0 ? 'is-failed' : ''}>{messages}</b>
            </a>
          ))}
        </nav>
      )}
      {data && waiting === 0 && (
        <EmptyState
          icon="dead-letters"
          title={data.queues.length === 0 ? 'No chain has a dead-letter queue yet' : 'All delivered'}
        >
          <p>
            What a rule cannot deliver, because a function is gone or may not be invoked, waits here until it
            is replayed.
          </p>
        </EmptyState>
      )}
      {chosen !== undefined && <Queue key={chosen} name={chosen} onChange={reload} />}
    </>
  );
}

function Queue({ name, onChange }: { name: string; onChange: () => void }) {
  const { data, error, reload } = useAnswer<DeadLetters>(`v1/dead-letters/${encodeURIComponent(name)}`);
  const done = () => {
    reload();
    onChange();
  };
  if (error) return <FaultNote error={error} />;
  if (!data) return <Loading />;
  if (data.letters.length === 0) return null;
  return (
    <section class="card">
      <header class="card-head">
        <h2>
          {data.letters.length}
          {data.queue.messages > data.letters.length ? ` of ${data.queue.messages}` : ''}{' '}
          {data.queue.messages === 1 ? 'message' : 'messages'}
        </h2>
        <ReplayButton request={{ kind: 'dead-letters', queue: name }} name="Replay all" onDone={done} />
      </header>
      <ul class="letters">
        {data.letters.map((letter) => (
          <Letter key={letter.id} queue={name} letter={letter} onDone={done} />
        ))}
      </ul>
    </section>
  );
}

function Letter({ queue, letter, onDone }: { queue: string; letter: DeadLetter; onDone: () => void }) {
  const { id, sentAt, code, message, attempts, rule, target, chain, step, runId, object, body } = letter;
  return (
    <li class="letter" data-letter={id}>
      <div class="letter-head">
        <b class="mono">{object ? `${object.bucket}/${object.key}` : id}</b>
        <ReplayButton request={{ kind: 'dead-letters', queue, ids: [id] }} name="Replay" onDone={onDone} />
      </div>
      <p>
        {code && <code class="tag is-failed">{code}</code>} {message}
      </p>
      <p class="faint">
        <time title={formatTime(sentAt)}>{formatAgo(sentAt)}</time>
        {chain && ` · for ${chain}/${step}`}
        {target && ` · to ${target.split(':').at(-1)}`}
        {rule && ` · by rule ${rule.split('/').at(-1)}`}
        {attempts !== undefined && ` · ${attempts} retries`}
        {runId && (
          <>
            {' · '}
            <a href={linkTo(['runs', runId])}>run</a>
          </>
        )}
      </p>
      <details>
        <summary>Event</summary>
        <pre tabIndex={0}>{pretty(body)}</pre>
      </details>
    </li>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
