import type { Run } from '@tributary/events/ledger';
import { useState } from 'preact/hooks';
import type { ObjectPreview } from '../../local-api.ts';
import { useAnswer } from '../api.ts';
import { formatBytes, formatCount, splitKey } from '../format.ts';
import { useLocal } from '../local.ts';
import { Icon } from '../parts/icon.tsx';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';
import { linkTo } from '../route.ts';
import { ColumnCards } from './column-cards.tsx';
import { DataGrid } from './data-grid.tsx';
import { RuledLines } from './ruled-lines.tsx';
import { profileOf, profilerOf } from './step-profile.ts';

const formats: Record<ObjectPreview['format'], string> = {
  parquet: 'Parquet',
  delimited: 'Delimited text',
  'fixed-width': 'Fixed width',
  text: 'Text',
  binary: 'Binary',
  empty: 'Empty',
};

type Face = 'rows' | 'raw' | 'profile';

interface ObjectPlace {
  bucket: string;
  objectKey: string;
  /** The run that it was looked up from: one of its steps may have profiled all of it. */
  runId?: string | undefined;
}

/** The start of one object: its rows, its text, and what its columns look like. */
export function ObjectView({ bucket, objectKey, runId }: ObjectPlace) {
  const local = useLocal();
  const run = useAnswer<{ run: Run }>(runId && `v1/runs/${encodeURIComponent(runId)}`).data?.run;
  const query = new URLSearchParams({ bucket, key: objectKey });
  const { data, error } = useAnswer<ObjectPreview>(local && `local/preview?${query}`);
  const { folder, name } = splitKey(objectKey);
  return (
    <>
      <a class="up" href={linkTo(['data'], { bucket, prefix: folder })}>
        <Icon name="back" size={14} /> {bucket}/{folder}
      </a>
      <header class="run-title">
        <h1 class="mono">{name}</h1>
        <a class="more" href={linkTo(['runs'], { key: `${bucket}/${objectKey}` })}>
          Runs
        </a>
      </header>
      {!local && run && <WholeProfile run={run} bucket={bucket} objectKey={objectKey} />}
      {!local && <EmptyState icon="data" title="Objects are shown on the local AWS only" />}
      {error && <FaultNote error={error} />}
      {local && !data && !error && <Loading lines={8} />}
      {data && <Preview preview={data} run={run} />}
    </>
  );
}

/** What a step has counted over all rows. */
function WholeProfile({ run, bucket, objectKey }: { run: Run; bucket: string; objectKey: string }) {
  const step = profilerOf(run, bucket, objectKey);
  const profile = step && profileOf(step);
  if (profile === undefined) return null;
  const of = `Of all ${formatCount(profile[0]?.rows)} rows, as ${step?.chain}/${step?.step} has found them.`;
  return <ColumnCards profile={profile} of={of} />;
}

function Preview({ preview, run }: { preview: ObjectPreview; run: Run | undefined }) {
  const { format, compression, bytes, totalRows, notes, columns, rows, lines, ruler, profile } = preview;
  const whole = run && profilerOf(run, preview.bucket, preview.key);
  const faces: [Face, string][] = [
    ...(rows ? [['rows', 'Rows'] as [Face, string]] : []),
    ...(lines ? [['raw', ruler ? 'Ruler' : 'Text'] as [Face, string]] : []),
    ...(profile || whole ? [['profile', 'Profile'] as [Face, string]] : []),
  ];
  const [face, setFace] = useState<Face | undefined>(ruler ? 'raw' : faces[0]?.[0]);
  return (
    <>
      <p class="facts">
        <span class="tag">{formats[format]}</span>
        {compression && <span class="tag">{compression}</span>}
        <span>{formatBytes(bytes)}</span>
        {totalRows !== undefined && <span>{formatCount(totalRows)} rows</span>}
        {columns && <span>{columns.length} columns</span>}
        {notes.map((note) => (
          <span key={note} class="faint">
            {note}
          </span>
        ))}
      </p>
      {faces.length > 0 && (
        <div class="switch" role="group" aria-label="Show">
          {faces.map(([one, name]) => (
            <button key={one} type="button" aria-pressed={face === one} onClick={() => setFace(one)}>
              {name}
            </button>
          ))}
        </div>
      )}
      {face === 'rows' && columns && rows && <DataGrid columns={columns} rows={rows} />}
      {face === 'raw' && lines && <RuledLines lines={lines} ruler={ruler} />}
      {face === 'profile' && whole && run && (
        <WholeProfile run={run} bucket={preview.bucket} objectKey={preview.key} />
      )}
      {face === 'profile' && profile && !whole && (
        <ColumnCards profile={profile} of={`Of the first ${formatCount(profile[0]?.rows ?? 0)} rows.`} />
      )}
    </>
  );
}
