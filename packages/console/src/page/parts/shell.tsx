import type { ComponentChildren } from 'preact';
import { useConnected } from '../live.ts';
import { linkTo } from '../route.ts';
import { useTheme } from '../theme.ts';
import { Icon, type IconName } from './icon.tsx';

export const views: { id: IconName & string; name: string; key: string }[] = [
  { id: 'chains', name: 'Chains', key: 'c' },
  { id: 'runs', name: 'Runs', key: 'r' },
  { id: 'data', name: 'Data', key: 'd' },
  { id: 'feeds', name: 'Feeds', key: 'f' },
  { id: 'dead-letters', name: 'Dead letters', key: 'l' },
];

/** What stands around every view: where one is and may go. */
export function Shell({
  current,
  onHelp,
  place,
  children,
}: {
  current: string;
  onHelp: () => void;
  place: string;
  children: ComponentChildren;
}) {
  const [theme, nextTheme] = useTheme();
  const connected = useConnected();
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </button>
      <header class="side">
        <a class="brand" href={linkTo(['chains'])} aria-label="Tributary">
          <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" class="brand-ground" />
            <path d="M7 8c0 6 9 5 9 11v5M25 8c0 6-9 5-9 11M16 8v8" class="brand-line" />
          </svg>
          <span>Tributary</span>
        </a>
        <nav aria-label="Views">
          {views.map(({ id, name, key }) => (
            <a
              key={id}
              href={linkTo([id])}
              aria-current={id === current ? 'page' : undefined}
              title={`${name} (g ${key})`}
            >
              <Icon name={id} />
              <span>{name}</span>
            </a>
          ))}
        </nav>
        <div class="side-foot">
          <span class={`live ${connected ? 'on' : 'off'}`} role="status">
            <i aria-hidden="true" />
            {connected ? 'Live' : 'Not connected'}
          </span>
          <span class="place" title={place}>
            {place}
          </span>
          <div class="side-buttons">
            <button
              type="button"
              class="quiet"
              onClick={nextTheme}
              aria-label={`Theme: ${theme}. Change it`}
              title={`Theme: ${theme}`}
            >
              <Icon name={theme} />
            </button>
            <button
              type="button"
              class="quiet"
              onClick={onHelp}
              aria-label="Keyboard help"
              title="Keyboard (?)"
            >
              <Icon name="help" />
            </button>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
