import type { RulerField } from '../../local-api.ts';

const TEN = 10;

/** Lines as they are in the file, under a ruler; with a layout the columns are told apart by shade. */
export function RuledLines({ lines, ruler }: { lines: readonly string[]; ruler: RulerField[] | undefined }) {
  const width = Math.min(2000, Math.max(...lines.map((line) => line.length), TEN));
  return (
    <div class="grid-frame card ruled" tabIndex={0} role="region" aria-label="First lines">
      <pre class="ruler" aria-hidden="true">
        {tens(width)}
        {'\n'}
        {'····┼····│'.repeat(Math.ceil(width / TEN)).slice(0, width)}
      </pre>
      {ruler && (
        <pre class="fields">
          {pieces(ruler, width).map(({ field, from, to }, at) => (
            <span
              key={at}
              class={classOf(field, ruler)}
              title={field ? `${field.name}: ${field.start} to ${field.end}` : 'no column'}
            >
              {(field?.name ?? '').slice(0, Math.max(0, to - from - 1)).padEnd(to - from)}
            </span>
          ))}
        </pre>
      )}
      <pre class="lines">
        {lines.map((line, at) => (
          <span key={at} class="line">
            {ruler
              ? pieces(ruler, Math.max(width, line.length)).map(({ field, from, to }, piece) => (
                  <span key={piece} class={classOf(field, ruler)}>
                    {line.slice(from, to)}
                  </span>
                ))
              : line}
            {'\n'}
          </span>
        ))}
      </pre>
    </div>
  );
}

/** 10        20        30, each above its column. */
function tens(width: number): string {
  let text = '';
  for (let at = TEN; at <= width; at += TEN) text += String(at).padStart(TEN);
  return text;
}

/** The line cut at the columns; positions of no column have none. */
function pieces(
  ruler: readonly RulerField[],
  width: number,
): { field: RulerField | undefined; from: number; to: number }[] {
  const cut: { field: RulerField | undefined; from: number; to: number }[] = [];
  let at = 0;
  for (const field of [...ruler].sort((a, b) => a.start - b.start)) {
    if (field.start > at) cut.push({ field: undefined, from: at, to: field.start });
    if (field.end <= at) continue; // columns may overlap: the first has the place
    cut.push({ field, from: Math.max(at, field.start), to: field.end });
    at = field.end;
  }
  if (at < width) cut.push({ field: undefined, from: at, to: width });
  return cut;
}

function classOf(field: RulerField | undefined, ruler: readonly RulerField[]): string {
  if (field === undefined) return 'gap';
  return ruler.indexOf(field) % 2 === 0 ? 'even' : 'odd';
}
