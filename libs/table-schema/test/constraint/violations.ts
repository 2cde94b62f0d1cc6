import { compileConstraints } from '../../src/constraint/compile-constraints.ts';
import { compileCast, fieldSchema } from '../../src/index.ts';

/** Names of the constraints that a text breaks; `bad` if it is no value; a null text is missing. */
export function violations(descriptor: Record<string, unknown>, text: string | null): string[] {
  const field = fieldSchema.parse({ name: 'x', ...descriptor });
  const check = compileConstraints(field, '/fields/0');
  if (text === null) return check(undefined, '').map(({ constraint }) => constraint);
  const result = compileCast(field)(text);
  return 'value' in result ? check(result.value, text).map(({ constraint }) => constraint) : ['bad'];
}
