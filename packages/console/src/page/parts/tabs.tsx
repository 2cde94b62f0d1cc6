import { replaceRoute } from '../route.ts';

export interface Tab {
  id: string;
  name: string;
  /** A number beside the name. */
  count?: number | undefined;
  link: string;
}

/** Tabs that are links: each has an address. Left and Right go along them. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  const move = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const list = event.currentTarget as HTMLElement;
    const at = tabs.findIndex(({ id }) => id === current);
    const next = tabs[(at + by + tabs.length) % tabs.length]!;
    replaceRoute(next.link);
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(({ id, name, count, link }) => (
        <a
          key={id}
          role="tab"
          href={link}
          aria-selected={id === current}
          tabIndex={id === current ? 0 : -1}
          onClick={(event) => {
            event.preventDefault();
            replaceRoute(link);
          }}
        >
          {name}
          {count !== undefined && <span class="badge">{count}</span>}
        </a>
      ))}
    </div>
  );
}
