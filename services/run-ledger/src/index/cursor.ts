/** The place of a page's end in the list of runs, as clients carry it. */
export function encodeCursor({ startedAt, id }: { startedAt: string; id: string }): string {
  return Buffer.from(`${startedAt} ${id}`).toString('base64url');
}

/** What is no cursor stands for a place after everything. */
export function decodeCursor(cursor: string): { startedAt: string; id: string } {
  const [startedAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  return { startedAt, id };
}
