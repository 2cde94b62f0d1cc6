import { InvalidTargetInput } from '../errors.ts';

/** Characters of an InputTemplate. */
export const MAX_TEMPLATE = 8192;

/** A template cut at its variables. */
export interface TemplatePart {
  /** Text before the variable, or after the last. */
  text: string;
  variable?: string;
  /** The variable stands between the quotes of a string. */
  quoted?: boolean;
}

const variableForm = /<([A-Za-z0-9._-]+)>/y;

/**
 * Cuts a template at its `<variables>`. In a template that is a JSON object or list, white space between its parts is
 * left out: EventBridge passes it on minified.
 */
export function parseTemplate(template: string): TemplatePart[] {
  if (template.length > MAX_TEMPLATE) {
    throw new InvalidTargetInput({
      code: 'template-too-long',
      what: 'InputTemplate is longer than EventBridge takes',
      expected: `<= ${MAX_TEMPLATE} characters`,
      got: `${template.length} characters`,
    });
  }
  const minify = /^\s*[{[]/.test(template);
  const parts: TemplatePart[] = [];
  let text = '';
  let inString = false;
  for (let offset = 0; offset < template.length; offset++) {
    const char = template[offset]!;
    variableForm.lastIndex = offset;
    const found = char === '<' ? variableForm.exec(template) : null;
    if (found !== null) {
      parts.push({ text, variable: found[1]!, quoted: inString });
      text = '';
      offset += found[0].length - 1;
    } else if (inString && char === '\\') {
      text += template.slice(offset, offset + 2);
      offset++;
    } else {
      if (char === '"') inString = !inString;
      if (inString || !minify || !/\s/.test(char)) text += char;
    }
  }
  parts.push({ text });
  return parts;
}

/** A value to put in place of a variable. */
export type Replacement =
  /** JSON text, put in as it is. */
  | { json: string }
  /** Something the path led to; `undefined` if it led nowhere. */
  | { value: unknown };

/**
 * Puts a value in place of a variable (EventBridge User Guide, "Common issues with transforming input"): outside of
 * quotes as JSON, so that strings get quotes; inside of quotes as plain text, not escaped, and with the quotes of
 * objects and lists taken out. What does not exist becomes the empty string.
 */
export function fillIn(replacement: Replacement, quoted: boolean): string {
  if ('json' in replacement) return quoted ? replacement.json.replaceAll('"', '') : replacement.json;
  const { value } = replacement;
  if (value === undefined) return quoted ? '' : '""';
  if (!quoted) return JSON.stringify(value);
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}
