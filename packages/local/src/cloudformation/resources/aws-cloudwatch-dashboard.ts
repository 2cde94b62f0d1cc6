import * as z from 'zod';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({
  DashboardName: text().optional(),
  DashboardBody: z.string().refine(isObject, 'Must be the text of a JSON object'),
});

/** Accepted: nobody looks at it here; the console has what it shows. */
export const cloudWatchDashboard = defineKind<z.infer<typeof properties>>({
  type: 'AWS::CloudWatch::Dashboard',
  properties,
  identify: ({ DashboardName }, { generate }) => ({ ref: DashboardName ?? generate(255), attributes: {} }),
  put() {},
  remove() {},
});

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
