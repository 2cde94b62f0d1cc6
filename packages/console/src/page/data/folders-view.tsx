import type { ChainsAnswer } from '@tributary/events/ledger';
import type { ObjectsAnswer } from '../../local-api.ts';
import { useAnswer } from '../api.ts';
import { formatBytes, formatWhen } from '../format.ts';
import { useLocal } from '../local.ts';
import { Icon } from '../parts/icon.tsx';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';
import { linkTo } from '../route.ts';
import { ObjectView } from './object-view.tsx';

/** Inputs and outputs: the folders of the chains, what lies in one, and what is in it. */
export function FoldersView({ query }: { query: URLSearchParams }) {
  const local = useLocal();
  const bucket = query.get('bucket') ?? undefined;
  const key = query.get('key') ?? undefined;
  if (bucket !== undefined && key !== undefined)
    return (
      <ObjectView
        key={`${bucket}/${key}`}
        bucket={bucket}
        objectKey={key}
        runId={query.get('run') ?? undefined}
      />
    );
  return (
    <>
      <header class="view-head">
        <h1>Data</h1>
        {bucket !== undefined && (
          <span class="mono faint">
            {bucket}/{query.get('prefix')}
          </span>
        )}
      </header>
      <div class="data-view">
        <Folders chosen={bucket === undefined ? undefined : `${bucket}/${query.get('prefix') ?? ''}`} />
        {bucket !== undefined && local && <Objects bucket={bucket} prefix={query.get('prefix') ?? ''} />}
        {bucket === undefined && (
          <EmptyState icon="data" title="Choose a folder">
            Sources are on top, what steps have written below.
          </EmptyState>
        )}
        {bucket !== undefined && !local && (
          <EmptyState icon="data" title="Objects are listed on the local AWS only">
            <p>
              Here the console has no access to the data itself, only to what steps say of it. Open it with
              Athena or DuckDB.
            </p>
          </EmptyState>
        )}
      </div>
    </>
  );
}

function Folders({ chosen }: { chosen: string | undefined }) {
  const { data } = useAnswer<ChainsAnswer>('v1/chains');
  const steps = data?.chains.flatMap((chain) => chain.steps) ?? [];
  const sources = [...new Set(steps.flatMap((step) => step.sources))].sort();
  const outputs = [...new Set(steps.flatMap((step) => step.outputs))].sort();
  return (
    <nav class="folders card" aria-label="Folders">
      {(
        [
          ['Sources', sources],
          ['Outputs', outputs],
        ] as const
      ).map(([name, places]) => (
        <div key={name}>
          <h2>{name}</h2>
          {places.length === 0 && <p class="faint">none yet</p>}
          {places.map((place) => {
            const bucket = place.slice(0, place.indexOf('/'));
            return (
              <a
                key={place}
                class="mono"
                data-row
                href={linkTo(['data'], { bucket, prefix: place.slice(bucket.length + 1) })}
                aria-current={place === chosen ? 'true' : undefined}
              >
                <Icon name="bucket" size={14} /> {place}
              </a>
            );
          })}
        </div>
      ))}
    </nav>
  );
}

function Objects({ bucket, prefix }: { bucket: string; prefix: string }) {
  const { data, error } = useAnswer<ObjectsAnswer>(
    `local/objects?${new URLSearchParams({ bucket, prefix })}`,
    { live: true },
  );
  if (error) return <FaultNote error={error} />;
  if (!data) return <Loading />;
  if (data.objects.length === 0)
    return (
      <EmptyState icon="data" title="Nothing lies here yet">
        {bucket}/{prefix}
      </EmptyState>
    );
  return (
    <div class="card objects-list" role="list" aria-label="Objects, newest first">
      {data.objects.map((object) => (
        <div role="listitem" key={object.key}>
          <a data-row href={linkTo(['data'], { bucket, key: object.key })}>
            <Icon name="file" size={14} />
            <span class="mono key">{object.key.slice(prefix.length) || object.key}</span>
            <span class="number faint">{formatBytes(object.bytes)}</span>
            <time class="number faint">{formatWhen(object.modifiedAt)}</time>
          </a>
        </div>
      ))}
    </div>
  );
}
