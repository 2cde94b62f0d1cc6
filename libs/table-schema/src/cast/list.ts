import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { compileBoolean } from './boolean.ts';
import { compileDate, compileDatetime, compileTime } from './datetime.ts';
import { compileInteger } from './integer.ts';
import { compileNumber } from './number.ts';
import { compileNumeral, printNumeral } from './numeral.ts';

type ItemType = NonNullable<FieldOf<'list'>['itemType']>;

/** Items between delimiters, which become a JSON array; the empty text is the empty list. */
export function compileList({ itemType = 'string', delimiter = ',' }: FieldOf<'list'>): Cast {
  const print = compileItem(itemType);
  const bad = { expected: `items of type ${itemType} between delimiters ${JSON.stringify(delimiter)}` };
  return (text) => {
    if (text === '') return { value: '[]' };
    const items: string[] = [];
    for (const item of text.split(delimiter)) {
      const printed = print(item);
      if (printed === undefined) return bad;
      items.push(printed);
    }
    return { value: `[${items.join(',')}]` };
  };
}

/** Gives the function that reads an item and prints it as JSON: numbers keep their digits, dates and times their text. */
function compileItem(type: ItemType): (text: string) => string | undefined {
  const name = 'item';
  switch (type) {
    case 'string':
      return (text) => JSON.stringify(text);
    case 'integer':
      return printedIf(compileInteger({ name, type }), printNumber);
    case 'number':
      return printedIf(compileNumber({ name, type }), printNumber);
    case 'boolean': {
      const cast = compileBoolean({ name, type });
      return (text) => {
        const result = cast(text);
        return 'value' in result ? String(result.value) : undefined;
      };
    }
    case 'date':
      return printedIf(compileDate({ name, type }), (text) => JSON.stringify(text));
    case 'time':
      return printedIf(compileTime({ name, type }), (text) => JSON.stringify(text));
    case 'datetime':
      return printedIf(compileDatetime({ name, type }), (text) => JSON.stringify(text));
  }
}

function printedIf(cast: Cast, print: (text: string) => string | undefined) {
  return (text: string) => ('value' in cast(text) ? print(text) : undefined);
}

const readNumeral = compileNumeral({});

/** JSON has no NaN and no infinities. */
function printNumber(text: string): string | undefined {
  const numeral = readNumeral(text);
  return numeral && printNumeral(numeral);
}
