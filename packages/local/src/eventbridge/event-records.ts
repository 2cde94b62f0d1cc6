import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS definitions (
    kind TEXT, bus TEXT, name TEXT, definition TEXT, PRIMARY KEY (kind, bus, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS archived (
    id INTEGER PRIMARY KEY AUTOINCREMENT, archive TEXT, time INTEGER, archivedAt INTEGER, bytes INTEGER, text TEXT
  );
  CREATE INDEX IF NOT EXISTS archived_by_time ON archived (archive, time, id);
  CREATE INDEX IF NOT EXISTS archived_by_age ON archived (archive, archivedAt, bytes);
`;

/** What is kept by name: made over the API, so no template brings it back. Archives and replays belong to no bus: ''. */
export type DefinitionKind = 'bus' | 'permission' | 'rule' | 'archive' | 'replay';

/** An event in an archive. `time` is the event's own, in milliseconds since 1970. */
export interface ArchivedEvent {
  id: number;
  time: number;
  text: string;
}

/** Where a walk through an archive stands: after the event of this time and id. */
export interface ArchivePosition {
  time: number;
  id: number;
}

/**
 * What EventBridge must not forget, in one SQLite file. As with S3's records every call is synchronous and none waits
 * for the disk: all survives the end of the process at any moment, not the loss of power.
 */
export class EventRecords {
  #db: DatabaseSync;
  #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#db = new DatabaseSync(file);
    this.#db.exec(schema);
  }

  close(): void {
    this.#db.close();
  }

  keep(kind: DefinitionKind, bus: string, name: string, definition: object): void {
    const text = JSON.stringify(definition);
    this.#sql('INSERT OR REPLACE INTO definitions VALUES (?, ?, ?, ?)').run(kind, bus, name, text);
  }

  forget(kind: DefinitionKind, bus: string, name: string): void {
    this.#sql('DELETE FROM definitions WHERE kind = ? AND bus = ? AND name = ?').run(kind, bus, name);
  }

  /** All of one kind on one bus, by name. */
  all<T>(kind: DefinitionKind, bus: string): [name: string, definition: T][] {
    const rows = this.#sql(
      'SELECT name, definition FROM definitions WHERE kind = ? AND bus = ? ORDER BY name',
    ).all(kind, bus);
    return rows.map((row) => [String(row.name), JSON.parse(String(row.definition)) as T]);
  }

  one<T>(kind: DefinitionKind, bus: string, name: string): T | undefined {
    const row = this.#sql('SELECT definition FROM definitions WHERE kind = ? AND bus = ? AND name = ?').get(
      kind,
      bus,
      name,
    );
    return row && (JSON.parse(String(row.definition)) as T);
  }

  append(archive: string, time: number, text: string): void {
    this.#sql('INSERT INTO archived (archive, time, archivedAt, bytes, text) VALUES (?, ?, ?, ?, ?)').run(
      archive,
      time,
      Date.now(),
      Buffer.byteLength(text),
      text,
    );
  }

  /** Events that an archive took at `since` or later. */
  figures(archive: string, since: number): { events: number; bytes: number } {
    const row = this.#sql(
      'SELECT count(*) AS events, coalesce(sum(bytes), 0) AS bytes FROM archived WHERE archive = ? AND archivedAt >= ?',
    ).get(archive, since);
    return { events: Number(row?.events), bytes: Number(row?.bytes) };
  }

  /** The id of the event that came last, in any archive. */
  lastId(): number {
    return Number(this.#sql('SELECT coalesce(max(id), 0) AS id FROM archived').get()?.id);
  }

  /**
   * The next few events in the order of their own times; few, because each may be a megabyte.
   * @param window times from `from` to `to`, archived at `since` or later, and none that came after `lastId`
   */
  page(
    archive: string,
    window: { from: number; to: number; since: number; lastId: number },
    after: ArchivePosition,
    limit = 16,
  ): ArchivedEvent[] {
    const rows = this.#sql(
      `SELECT id, time, text FROM archived WHERE archive = ? AND time BETWEEN ? AND ? AND (time, id) > (?, ?)
       AND archivedAt >= ? AND id <= ? ORDER BY time, id LIMIT ?`,
    ).all(archive, window.from, window.to, after.time, after.id, window.since, window.lastId, limit);
    return rows.map(({ id, time, text }) => ({ id: Number(id), time: Number(time), text: String(text) }));
  }

  /** Drops what an archive took before `before`; a thousand at a time, so that nobody waits for it. @returns how many */
  expire(archive: string, before: number, limit = 1000): number {
    const { changes } = this.#sql(
      'DELETE FROM archived WHERE id IN (SELECT id FROM archived WHERE archive = ? AND archivedAt < ? LIMIT ?)',
    ).run(archive, before, limit);
    return Number(changes);
  }

  #sql(text: string): {
    [K in 'run' | 'get' | 'all']: (...values: SQLInputValue[]) => ReturnType<StatementSync[K]>;
  } {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}
