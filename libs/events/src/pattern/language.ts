/**
 * The EventBridge event-pattern language as types, for patterns written in code. `compilePattern` checks far more
 * than these types can say.
 */

type Scalar = string | number | boolean | null;
type IgnoreCase = { 'equals-ignore-case': string };
type NumericOperator = '=' | '<' | '<=' | '>' | '>=';
type OneOrMore = string | readonly string[];

/** One alternative of a field; a field matches when any of its alternatives does. */
export type FieldMatcher =
  | Scalar
  | { exists: boolean }
  | { prefix: string | IgnoreCase }
  | { suffix: string | IgnoreCase }
  | IgnoreCase
  | { wildcard: string }
  | { cidr: string }
  | {
      numeric: readonly [NumericOperator, number] | readonly ['>' | '>=', number, '<' | '<=', number];
    }
  | {
      'anything-but':
        | string
        | number
        | readonly string[]
        | readonly number[]
        | { prefix: OneOrMore }
        | { suffix: OneOrMore }
        | { wildcard: OneOrMore }
        | { 'equals-ignore-case': OneOrMore };
    };

/** A whole pattern or a nested part of one: names to alternatives or to further names. */
export interface EventPattern {
  [field: string]: readonly FieldMatcher[] | EventPattern | readonly EventPattern[];
}

/** `NonNullable`, which would make `{}` of `unknown`. */
type Known<Value> = unknown extends Value ? unknown : NonNullable<Value>;

/** The patterns that can be written over events of type `Event`: fields that the event does not have are refused. */
export type PatternOf<Event> = unknown extends Event
  ? EventPattern | readonly FieldMatcher[]
  : Event extends readonly (infer Element)[]
    ? PatternOf<Element>
    : Event extends object
      ? { readonly [Field in keyof Event]?: PatternOf<Known<Event[Field]>> } & {
          readonly $or?: readonly PatternOf<Event>[];
        }
      : readonly FieldMatcher[];
