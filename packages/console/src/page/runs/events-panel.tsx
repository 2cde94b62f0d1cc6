import type { Run } from '@tributary/events/ledger';
import { useAnswer } from '../api.ts';
import { formatTime } from '../format.ts';
import { FaultNote, Loading } from '../parts/notes.tsx';

interface RawEvent {
  id?: string;
  time?: string;
  'detail-type'?: string;
  detail?: { chain?: string; step?: string; requestPayload?: { chain?: string; step?: string } };
}

/** The events of the run, as they came over the bus. */
export function EventsPanel({ run }: { run: Run }) {
  const { data, error } = useAnswer<{ events: RawEvent[] }>(`v1/runs/${encodeURIComponent(run.id)}/events`, {
    live: true,
  });
  if (error) return <FaultNote error={error} />;
  if (!data) return <Loading />;
  return (
    <div class="events">
      {data.events.map((event) => {
        const { chain, step } = event.detail?.requestPayload ?? event.detail ?? {};
        return (
          <details key={event.id}>
            <summary>
              <b>{event['detail-type']}</b>
              <span>
                {chain}/{step}
              </span>
              <time class="faint">{event.time && formatTime(event.time)}</time>
            </summary>
            <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
          </details>
        );
      })}
    </div>
  );
}
