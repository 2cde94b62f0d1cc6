import { readBranches } from './branches.ts';
import { type Alternative, type Bound, type StringTest, testString } from './field-test.ts';

/**
 * Whether no event can match both patterns. Only says so where it is sure: two patterns that it does not see through, as those
 * that ignore case, count as such that may meet.
 * @param isSingle whether an event holds at most one value at a path, as `detail.object.key`: of a list, one item may match the
 *   one pattern and another the other
 * @throws InvalidPattern
 */
export function excludeEachOther(a: object, b: object, isSingle: (path: string) => boolean): boolean {
  const others = readBranches(JSON.stringify(b));
  return readBranches(JSON.stringify(a)).every((branch) =>
    others.every((other) =>
      [...branch].some(([path, alternatives]) => {
        const against = other.get(path);
        if (against === undefined || !isSingle(path)) return false;
        return alternatives.every((one) => against.every((another) => areDisjoint(one, another)));
      }),
    ),
  );
}

/** Whether no value, nor the lack of one, fits both. */
function areDisjoint(a: Alternative, b: Alternative): boolean {
  if (a.kind === 'absent' || b.kind === 'absent') return a.kind !== b.kind;
  if (a.kind === 'exists' || b.kind === 'exists') return false;
  if (a.kind === 'none-of-strings' || a.kind === 'none-of-numbers') return isExcluded(b, a);
  if (b.kind === 'none-of-strings' || b.kind === 'none-of-numbers') return isExcluded(a, b);
  if (a.kind === 'literal' || b.kind === 'literal')
    return !(a.kind === 'literal' && b.kind === 'literal' && a.text === b.text);
  const [x, y] = [rangeOf(a), rangeOf(b)];
  if (x && y) return endsBefore(x.top, y.bottom) || endsBefore(y.top, x.bottom);
  if (x || y) return true; // a number and a text
  return a.kind === 'string' && b.kind === 'string' && areDisjointTexts(a.test, b.test);
}

/** Whether all that fits an alternative is among what an `anything-but` leaves out. */
function isExcluded(
  alternative: Alternative,
  but: Extract<Alternative, { kind: 'none-of-strings' | 'none-of-numbers' }>,
): boolean {
  if (but.kind === 'none-of-numbers')
    return alternative.kind === 'number' && but.values.includes(alternative.value);
  return alternative.kind === 'string' && but.tests.some((test) => covers(test, alternative.test));
}

function rangeOf(alternative: Alternative): { bottom: Bound; top: Bound } | undefined {
  if (alternative.kind === 'number-range') return alternative;
  if (alternative.kind !== 'number') return undefined;
  const bound = { value: alternative.value, open: false };
  return { bottom: bound, top: bound };
}

function endsBefore(top: Bound, bottom: Bound): boolean {
  return top.value < bottom.value || (top.value === bottom.value && (top.open || bottom.open));
}

function areDisjointTexts(a: StringTest, b: StringTest): boolean {
  if (a.kind === 'exact') return !testString(a.text, b);
  if (b.kind === 'exact') return !testString(b.text, a);
  const [x, y] = [endsOf(a), endsOf(b)];
  const mayBegin = x.start.startsWith(y.start) || y.start.startsWith(x.start);
  const mayEnd = x.end.endsWith(y.end) || y.end.endsWith(x.end);
  return !mayBegin || !mayEnd;
}

/** Whether every text that fits `inner` fits `outer`. */
function covers(outer: StringTest, inner: StringTest): boolean {
  if (inner.kind === 'exact') return testString(inner.text, outer);
  const { start, end } = endsOf(inner);
  if (outer.kind === 'prefix') return start.startsWith(outer.text);
  return outer.kind === 'suffix' && end.endsWith(outer.text);
}

/** What every text that fits begins and ends with. */
function endsOf(test: StringTest): { start: string; end: string } {
  if (test.kind === 'prefix') return { start: test.text, end: '' };
  if (test.kind === 'suffix') return { start: '', end: test.text };
  if (test.kind === 'wildcard') return { start: test.pieces[0]!, end: test.pieces.at(-1)! };
  return { start: '', end: '' };
}
