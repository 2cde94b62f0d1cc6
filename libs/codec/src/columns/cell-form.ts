import type { Field } from '@tributary/table-schema';
import { INT64_DIGITS } from '../parquet/column.ts';
import type { CellForm } from './field-block.ts';
import type { Kernel } from './kernel.ts';

type Parser = Extract<keyof Kernel, `parse${string}`>;

/** How the kernel reads the cells of a field, and what it leaves to the field's cast. */
interface FieldForm extends Omit<CellForm, 'missing'> {
  parser: Parser;
}

/** The part of a field's texts that the kernel reads by itself; of the rest it says that it is unsure. */
export function formOf(field: Field): FieldForm {
  switch (field.type) {
    case 'integer': {
      const half = 2n ** BigInt((field.bits ?? 64) - 1);
      return { parser: 'parseIntegers', least: -half, greatest: half - 1n };
    }
    case 'number': {
      const point = field.decimalChar ?? '.';
      if (!/^[!-~]$/.test(point)) return { parser: 'parseOthers' };
      if (field.precision === undefined) return { parser: 'parseDoubles', point };
      const { precision, scale = 0 } = field;
      const parser = precision > INT64_DIGITS ? 'parseWideDecimals' : 'parseDecimals';
      return { parser, point, precision, scale };
    }
    case 'boolean':
      return {
        parser: 'parseBooleans',
        true: field.trueValues ?? ['true', 'True', 'TRUE', '1'],
        false: field.falseValues ?? ['false', 'False', 'FALSE', '0'],
      };
    case 'date':
      return { parser: isIso(field.format, '%Y-%m-%d') ? 'parseDates' : 'parseOthers' };
    case 'time':
      return {
        parser: isIso(field.format) ? 'parseTimes' : 'parseOthers',
        zone: field.timezone === 'local' ? 'none' : 'either',
      };
    case 'datetime': {
      const space = field.format === 'any';
      const zone = field.timezone === 'local' ? 'none' : 'either';
      return { parser: isIso(field.format) ? 'parseDatetimes' : 'parseOthers', space, zone };
    }
    case 'string':
      if (field.format === 'uuid') return { parser: 'parseUuids' };
      return { parser: (field.format ?? 'default') === 'default' ? 'parseStrings' : 'parseOthers' };
    case 'any':
      return { parser: 'parseStrings' };
    default:
      return { parser: 'parseOthers' };
  }
}

function isIso(format: string | undefined, pattern?: string): boolean {
  return format === undefined || format === 'default' || format === 'any' || format === pattern;
}
