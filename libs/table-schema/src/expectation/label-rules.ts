import { countCharacters } from '../constraint/length.ts';
import type { Expectations } from './expectations.ts';
import type { ExpectationFailure } from './judge-expectations.ts';

/** @param matches the pattern of the rules, compiled */
export function judgeLabels(
  labels: readonly string[],
  { pattern, maxLength, noOuterSpace }: NonNullable<Expectations['labels']>,
  matches: ((text: string) => boolean) | undefined,
): ExpectationFailure[] {
  return labels.flatMap((label, i) => {
    const broken: string[] = [];
    if (matches && !matches(label)) broken.push(`a label that matches ${pattern}`);
    if (maxLength !== undefined && countCharacters(label) > maxLength) {
      broken.push(`at most ${maxLength} characters`);
    }
    if (noOuterSpace && label.trim() !== label) broken.push('no white space around it');
    return broken.map((expected) => ({
      type: 'label-rule' as const,
      fieldNumber: i + 1,
      label,
      note: `expected ${expected}`,
    }));
  });
}
