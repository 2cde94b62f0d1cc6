import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { UploadAnswer } from '../../local-api.ts';
import { upload } from '../api.ts';
import { Icon } from '../parts/icon.tsx';

type Progress =
  | { kind: 'idle' }
  | { kind: 'sending'; name: string }
  | { kind: 'sent'; name: string }
  | { kind: 'failed'; why: string };

/** A chain's source: files dropped or chosen here are uploaded to it. */
export function SourceDrop({
  bucket,
  prefix,
  children,
}: {
  bucket: string;
  prefix: string;
  children: ComponentChildren;
}) {
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [progress, setProgress] = useState<Progress>({ kind: 'idle' });

  const send = async (files: readonly File[]) => {
    for (const file of files) {
      setProgress({ kind: 'sending', name: file.name });
      try {
        const query = new URLSearchParams({ bucket, key: `${prefix}${file.name}` });
        await upload<UploadAnswer>(`local/objects?${query}`, file);
        setProgress({ kind: 'sent', name: file.name });
      } catch (error) {
        setProgress({ kind: 'failed', why: (error as Error).message });
        return;
      }
    }
  };

  return (
    <div
      role="group"
      aria-label={`Source ${bucket}/${prefix}`}
      class={`source takes-files ${over ? 'over' : ''}`}
      data-source={`${bucket}/${prefix}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void send([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {children}
      <button
        type="button"
        class="source-add"
        onClick={() => chooser.current?.click()}
        aria-label={`Upload files to ${bucket}/${prefix}`}
      >
        <Icon name="upload" size={14} />
        <span>{over ? 'Let go to upload' : describe(progress)}</span>
      </button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void send([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <span class="sr-only" role="status">
        {progress.kind === 'idle' ? '' : describe(progress)}
      </span>
    </div>
  );
}

function describe(progress: Progress): string {
  switch (progress.kind) {
    case 'idle':
      return 'Drop a file';
    case 'sending':
      return `Uploading ${progress.name}`;
    case 'sent':
      return `${progress.name} is there`;
    case 'failed':
      return progress.why;
  }
}
