/** The first rows of a table. */
export function DataGrid({
  columns,
  rows,
}: {
  columns: readonly { name: string; type: string }[];
  rows: readonly (readonly (string | null)[])[];
}) {
  const numeric = columns.map(({ type }) => /int|number|decimal|double|float/i.test(type));
  return (
    <div class="grid-frame card" tabIndex={0} role="region" aria-label="First rows">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col" class="line-number">
              #
            </th>
            {columns.map(({ name, type }, at) => (
              <th key={at} scope="col" class={numeric[at] ? 'number' : ''}>
                {name}
                <span>{type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              <th scope="row" class="line-number">
                {line + 1}
              </th>
              {columns.map((_, at) => {
                const cell = row[at] ?? null;
                return (
                  <td key={at} class={numeric[at] ? 'number' : ''}>
                    {cell === null ? <span class="null">null</span> : cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
