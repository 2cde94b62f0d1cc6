import type { ReplayAnswer, ReplayRequestInput } from '@tributary/events/ledger';
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from '../api.ts';
import { Icon } from '../parts/icon.tsx';
import { FaultNote, Loading } from '../parts/notes.tsx';

/** Does something again: first it is said what would happen, then it is asked for. `onDone` comes once the outcome was read. */
export function ReplayButton({
  request,
  name,
  onDone,
}: {
  request: ReplayRequestInput;
  name: string;
  onDone?: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const [plan, setPlan] = useState<ReplayAnswer>();
  const [done, setDone] = useState<ReplayAnswer>();
  const [error, setError] = useState<Error>();

  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);

  const ask = async (dryRun: boolean) => {
    setError(undefined);
    try {
      const answer = await post<ReplayAnswer>('v1/replays', { ...request, dryRun });
      if (dryRun) setPlan(answer);
      else setDone(answer);
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  const begin = () => {
    setPlan(undefined);
    setDone(undefined);
    setOpen(true);
    void ask(true);
  };
  const shown = done ?? plan;
  const startable = plan?.items.filter(({ status }) => status === 'would-start').length ?? 0;
  return (
    <>
      <button type="button" onClick={begin}>
        <Icon name="replay" size={15} /> {name}
      </button>
      {open && (
        <dialog
          ref={dialog}
          class="replay"
          onClose={() => {
            setOpen(false);
            if (done) onDone?.();
          }}
          aria-labelledby="replay-title"
        >
          <h2 id="replay-title">{done ? 'Replayed' : 'What would happen'}</h2>
          {error && <FaultNote error={error} />}
          {!shown && !error && <Loading lines={3} />}
          {shown?.items.length === 0 && <p>Nothing: there is nothing left to do again.</p>}
          {shown && shown.items.length > 0 && (
            <ul class="replay-items">
              {shown.items.slice(0, 100).map((item, at) => (
                <li key={at}>
                  <span class={`tag is-${item.status}`}>{item.status.replace('-', ' ')}</span>
                  <span class="mono">
                    {item.object ? `${item.object.bucket}/${item.object.key}` : item.runId}
                  </span>
                  <span class="faint">
                    {item.chain}/{item.step}
                    {item.function && ` by ${item.function}`}
                    {item.why && `: ${item.why}`}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {shown && shown.items.length > 100 && <p class="faint">and {shown.items.length - 100} more</p>}
          <div class="dialog-buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              {done ? 'Close' : 'Cancel'}
            </button>
            {!done && (
              <button
                type="button"
                class="primary"
                disabled={startable === 0}
                onClick={() => void ask(false)}
              >
                Replay {startable > 0 ? startable : ''}
              </button>
            )}
          </div>
        </dialog>
      )}
    </>
  );
}
