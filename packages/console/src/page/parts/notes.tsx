import type { ComponentChildren } from 'preact';
import { Refused } from '../api.ts';
import { Icon, type IconName } from './icon.tsx';

/** Nothing is there: says why, and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
}: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      <div class="empty-text">{children}</div>
    </div>
  );
}

export function FaultNote({ error }: { error: Error }) {
  const fault = error instanceof Refused ? error.fault : undefined;
  return (
    <div class="fault" role="alert">
      <strong>{fault?.message ?? 'The server does not answer'}</strong>
      <span>
        {fault ? <code>{fault.code}</code> : 'Is it still running? '}
        {fault?.expected && ` expected ${fault.expected}`}
        {fault?.got && `, got ${fault.got}`}
      </span>
    </div>
  );
}

/** Grey bars until the first answer is there. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}

export function Figure({
  label,
  children,
  tone,
}: {
  label: string;
  children: ComponentChildren;
  tone?: string;
}) {
  return (
    <div class={`figure ${tone ? `is-${tone}` : ''}`}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
