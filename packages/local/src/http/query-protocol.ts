import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { escapeXml, sendXml } from './exchange.ts';

type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

/** Answers in the query protocol: `<ActionResponse><ActionResult>...`; lists become `<member>` elements. */
export function sendQueryResult(
  response: ServerResponse,
  namespace: string,
  action: string,
  result: { [name: string]: XmlValue },
): void {
  sendXml(
    response,
    200,
    `<${action}Response xmlns="${namespace}"><${action}Result>${children(result)}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  );
}

function children(value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => `<member>${children(item)}</member>`).join('');
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `<${name}>${children(item)}</${name}>`)
    .join('');
}

/** The structures of a list parameter: `Parameters.member.1.ParameterKey=...` */
export function readMembers(form: URLSearchParams, list: string): Record<string, string>[] {
  const members: Record<string, string>[] = [];
  const pattern = new RegExp(`^${list}\\.member\\.(\\d{1,3})(?:\\.(.+))?$`);
  for (const [name, value] of form) {
    const match = pattern.exec(name);
    if (!match) continue;
    const index = Number(match[1]) - 1;
    members[index] = { ...members[index], [match[2] ?? '']: value };
  }
  return members.filter(Boolean);
}
