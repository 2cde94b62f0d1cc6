import {
  AT, DOUBLE_QUOTE, ESCAPE, ESCAPE_LENGTH, MARGIN, MULTI_SPACE, QUOTE, QUOTE_LENGTH, SKIP_BARE, SKIP_CELL, SKIP_COMMENT, SKIP_DONE, SKIP_QUOTED,
  SKIP_SPACE, SKIP_STATE, SPECIAL,
} from './memory-map';
import { escapedAt } from './record';
import { delimiterAt, findTerminator, isSpace, stands, state, terminatorAt } from './marks';

/**
 * Passes over a record of any length, a window at a time, by the same rules as `readRecord`. Leaves SKIP_STATE: SKIP_DONE once the
 * record has ended (AT is at its line end, or at the end of the input), else what to go on in at AT.
 */
export function skipRecord(pos: usize, end: usize, last: bool): void {
  const multi = load<i32>(state, MULTI_SPACE) != 0;
  const skipSpace = load<i32>(state, SKIP_SPACE) != 0;
  const doubled = load<i32>(state, DOUBLE_QUOTE) != 0;
  const quote = load<i32>(state, QUOTE_LENGTH);
  const escape = load<i32>(state, ESCAPE_LENGTH);
  let mode = load<i32>(state, SKIP_STATE);
  let p = pos;
  while (true) {
    if (mode == SKIP_COMMENT) {
      p = findTerminator(p, end);
      // A line end may be there in part.
      if (p == end && !last) p = max(pos, end + 1 - MARGIN);
    } else if (mode != SKIP_CELL) {
      while (p < end && !load<u8>(state + load<u8>(p), SPECIAL)) p++;
    }
    if (last ? p >= end : p + MARGIN > end) break;
    if (mode == SKIP_COMMENT) {
      mode = SKIP_DONE;
      break;
    }
    if (mode == SKIP_CELL) {
      const byte = <i32>load<u8>(p);
      if ((multi && isSpace(byte)) || (skipSpace && byte == 0x20 && !delimiterAt(p, end))) {
        p++;
      } else if (quote && stands(state + QUOTE, quote, p, end)) {
        p += quote;
        mode = SKIP_QUOTED;
      } else {
        mode = SKIP_BARE;
      }
    } else if (escape && stands(state + ESCAPE, escape, p, end)) {
      p += escape;
      p += escapedAt(p, end);
    } else if (mode == SKIP_QUOTED) {
      if (!stands(state + QUOTE, quote, p, end)) {
        p += max(1, terminatorAt(p, end));
      } else if (doubled && stands(state + QUOTE, quote, p + quote, end)) {
        p += 2 * quote;
      } else {
        p += quote;
        mode = SKIP_BARE;
      }
    } else {
      const delimiter = delimiterAt(p, end);
      if (delimiter) {
        p += delimiter;
        mode = SKIP_CELL;
      } else if (terminatorAt(p, end)) {
        mode = SKIP_DONE;
        break;
      } else {
        p++;
      }
    }
  }
  store<u32>(state, <u32>p, AT);
  // A record that the end of the input cuts in quotes is not done: the host says what that means.
  store<i32>(state, last && p >= end && mode != SKIP_QUOTED ? SKIP_DONE : mode, SKIP_STATE);
}
