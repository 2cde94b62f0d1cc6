import { useEffect } from 'preact/hooks';
import { views } from './parts/shell.tsx';
import { linkTo } from './route.ts';

/** A second key after `g` must come within this time. */
const CHORD_MS = 1200;

/** Keys that work everywhere, but in fields to type in. */
export function useKeyboard(onHelp: () => void): void {
  useEffect(() => {
    let chordUntil = 0;
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (Date.now() < chordUntil) {
        chordUntil = 0;
        const view = views.find(({ key }) => key === event.key);
        if (view) location.hash = linkTo([view.id]);
        return;
      }
      if (event.key === 'g') chordUntil = Date.now() + CHORD_MS;
      else if (event.key === '?') onHelp();
      else if (event.key === '/') {
        event.preventDefault();
        const search = document.querySelector<HTMLElement>('input[type=search]');
        if (search) search.focus();
        else location.hash = linkTo(['runs']);
      } else if (event.key === 'j' || event.key === 'k') moveFocus(event.key === 'j' ? 1 : -1);
      else if (event.key === 'Escape' && document.querySelector('dialog[open]') === null)
        document.querySelector<HTMLAnchorElement>('a.up')?.click();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [onHelp]);
}

/** To the next or previous row of the list in view. */
function moveFocus(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? rows[0] : rows[at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]')
  );
}
