import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';

export function compileBoolean(field: FieldOf<'boolean'>): Cast {
  const trueValues = field.trueValues ?? ['true', 'True', 'TRUE', '1'];
  const falseValues = field.falseValues ?? ['false', 'False', 'FALSE', '0'];
  const values = new Map<string, { value: boolean }>();
  for (const text of falseValues) values.set(text, { value: false });
  for (const text of trueValues) values.set(text, { value: true });
  const list = (texts: string[]) => `${texts.slice(0, 5).join(', ')}${texts.length > 5 ? ', …' : ''}`;
  const bad = { expected: `true (${list(trueValues)}) or false (${list(falseValues)})` };
  return (text) => values.get(text) ?? bad;
}
