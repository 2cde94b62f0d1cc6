import { buildReport, printReportPage, type TaskFacts } from '@tributary/table-schema';
import type { ConvertIo } from '../converter.ts';

/** Puts the report beside the output, as JSON and as a page. */
export function attachReport(io: Pick<ConvertIo, 'attach'>, task: TaskFacts): void {
  const report = buildReport([task]);
  const encode = (text: string) => Buffer.from(text);
  io.attach({
    name: 'report.json',
    mediaType: 'application/json',
    bytes: encode(JSON.stringify(report, null, 2)),
  });
  io.attach({ name: 'report.html', mediaType: 'text/html', bytes: encode(printReportPage(report)) });
}
