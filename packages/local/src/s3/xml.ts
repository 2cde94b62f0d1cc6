import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './errors.ts';

/** Element content: text, further elements, or several elements of the same name. Undefined leaves the element out. */
export type Xml =
  | string
  | number
  | boolean
  | undefined
  | XmlElements
  | readonly (string | number | XmlElements)[];
export interface XmlElements {
  [name: string]: Xml;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole answer document in S3's namespace. */
export function writeDocument(root: string, content: XmlElements): string {
  return `${declaration}<${root} xmlns="${namespace}">${writeContent(content)}</${root}>`;
}

/** Error documents are the ones without a namespace. */
export function writeErrorDocument(content: XmlElements): string {
  return `${declaration}<Error>${writeContent(content)}</Error>`;
}

function writeContent(content: Xml): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escapeText(String(content));
  return Object.entries(content as XmlElements)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one: Xml) => writeElement(name, one)),
    )
    .join('');
}

function writeElement(name: string, content: Xml): string {
  return content === undefined ? '' : `<${name}>${writeContent(content)}</${name}>`;
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// Control characters go out as references, as S3 does: clients that cannot read those ask for `encoding-type=url`.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const unsafe = /[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

function escapeText(text: string): string {
  return text.replace(unsafe, (c) => named[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

const lists = new Set(['Part', 'Object', 'Tag', 'Rule']);

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  // A key may begin with a space.
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => lists.has(name),
});

/** What a request document says: text as strings, `Part`, `Object`, `Tag` and `Rule` always as lists. */
export type ReadXml = string | undefined | { [name: string]: ReadXml | ReadXml[] };

/**
 * Reads a request document and gives the content of its root.
 * @throws S3Error MalformedXML, also for another root or a document type
 */
export function readDocument(text: string, root: string): { [name: string]: ReadXml | ReadXml[] } {
  // Entities of a document type are an attack, never a request.
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
  let document: unknown;
  try {
    document = parser.parse(text);
  } catch {
    throw new S3Error('MalformedXML');
  }
  const content = (document as Record<string, unknown>)[root];
  if (content === undefined) throw new S3Error('MalformedXML');
  return typeof content === 'object' && content !== null ? (content as { [name: string]: ReadXml }) : {};
}

/** The text of an element, or undefined if it is not there. @throws S3Error MalformedXML if it holds elements. */
export function textOf(value: ReadXml | ReadXml[]): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new S3Error('MalformedXML');
}

/** The elements of a list, each an object. @throws S3Error MalformedXML */
export function listOf(value: ReadXml | ReadXml[]): { [name: string]: ReadXml | ReadXml[] }[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    if (typeof one !== 'object') throw new S3Error('MalformedXML');
    return one;
  });
}
