import { type ErrorType, errorCatalogue } from './error-catalogue.ts';
import type { ReportError } from './validation-report.ts';

/** Where an error is, and what was expected there. Long texts are cut. */
export interface ErrorDetails {
  note?: string;
  rowNumber?: number;
  rowNumbers?: readonly number[];
  cells?: readonly string[];
  cell?: string;
  fieldName?: string;
  fieldNumber?: number;
  label?: string;
  labels?: readonly string[];
}

const limit = { text: 200, texts: 50 };

/**
 * Makes an error of a report.
 * @example `makeError('type-error', { note: 'expected an integer', rowNumber: 7, fieldName: 'price', fieldNumber: 2, cell: 'x' }).message`
 * is `Row 7, field 2 "price", cell "x": wrong type: expected an integer`
 */
export function makeError(type: ErrorType, details: ErrorDetails = {}): ReportError {
  const { title, description, tags } = errorCatalogue[type];
  const { note = '', rowNumber, rowNumbers, cells, cell, fieldName, fieldNumber, label, labels } = details;
  const error: ReportError = {
    type,
    title,
    description,
    message: describe(type, details),
    tags: [...tags],
    note: cut(note, 1000),
  };
  if (rowNumber !== undefined) error.rowNumber = rowNumber;
  if (rowNumbers) error.rowNumbers = rowNumbers.slice(0, limit.texts);
  if (cells) error.cells = cutAll(cells);
  if (cell !== undefined) error.cell = cut(cell);
  if (fieldName !== undefined) error.fieldName = cut(fieldName);
  if (fieldNumber !== undefined) error.fieldNumber = fieldNumber;
  if (label !== undefined) error.label = cut(label);
  if (labels) error.labels = cutAll(labels);
  return error;
}

function describe(
  type: ErrorType,
  { note, rowNumber, cell, fieldName, fieldNumber, label }: ErrorDetails,
): string {
  const quote = (text: string) => JSON.stringify(cut(text, 80));
  const field = [fieldNumber || '', fieldName ? quote(fieldName) : '']
    .filter((part) => part !== '')
    .join(' ');
  const places = [
    rowNumber === undefined ? '' : `row ${rowNumber}`,
    field && `field ${field}`,
    label ? `label ${quote(label)}` : '',
    cell === undefined ? '' : `cell ${quote(cell)}`,
  ].filter((part) => part !== '');
  const what = errorCatalogue[type].title.toLowerCase();
  const sentence = [places.join(', '), what, note ? cut(note, 1000) : '']
    .filter((part) => part !== '')
    .join(': ');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function cutAll(texts: readonly string[]): string[] {
  return texts.slice(0, limit.texts).map((text) => cut(text));
}

/** Cut between characters, not within one. */
function cut(text: string, length = limit.text): string {
  if (text.length <= length) return text;
  const isPair = (text.charCodeAt(length - 1) & 0xfc00) === 0xd800;
  return `${text.slice(0, isPair ? length - 1 : length)}…`;
}
