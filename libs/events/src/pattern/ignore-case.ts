/**
 * Ignoring case as event-ruler does it: each UTF-16 unit of the operand offers its lower-case and its upper-case form.
 * This is not folding: operand `ß` matches `SS` but not `ss`, and the relation is not symmetric. A surrogate, which
 * Java cannot encode alone, becomes `?`.
 */
export type CaseForms = readonly (readonly string[])[];

export function parseIgnoreCase(operand: string): CaseForms {
  return Array.from({ length: operand.length }, (_, index) => {
    const unit = operand.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdfff) return ['?'];
    const char = operand[index]!;
    const lower = char.toLowerCase();
    const upper = char.toUpperCase();
    return lower === upper ? [lower] : [lower, upper];
  });
}

/** Whether the operand matches all of `value`, its start, or its end. */
export function matchesIgnoreCase(value: string, forms: CaseForms, where: 'all' | 'start' | 'end'): boolean {
  const backwards = where === 'end';
  // Forms differ in length, so several offsets can be in play at once.
  let reached = [backwards ? value.length : 0];
  for (let step = 0; step < forms.length; step++) {
    const moved: number[] = [];
    for (const form of forms[backwards ? forms.length - 1 - step : step]!) {
      for (const offset of reached) {
        const start = backwards ? offset - form.length : offset;
        if (start < 0 || !value.startsWith(form, start)) continue;
        const next = backwards ? start : start + form.length;
        if (!moved.includes(next)) moved.push(next);
      }
    }
    if (moved.length === 0) return false;
    reached = moved;
  }
  return where !== 'all' || reached.includes(value.length);
}
