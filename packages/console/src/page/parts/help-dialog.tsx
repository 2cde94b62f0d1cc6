import { useEffect, useRef } from 'preact/hooks';
import { views } from './shell.tsx';

const keys: [string, string][] = [
  ...views.map(({ key, name }): [string, string] => [`g ${key}`, name]),
  ['/', 'Search runs'],
  ['j k', 'Next and previous in a list'],
  ['Enter', 'Open'],
  ['Esc', 'Back to the list'],
  ['?', 'This help'],
];

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keyboard</h2>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
