/** 0, which the compiler cannot know: the host could write it, but does not. */
export let zero: i32 = 0;

/**
 * A vector of one byte, for loops: it stays in a register. V8 makes one of a constant anew at each use, in three instructions.
 */
// @ts-ignore: decorator
@inline
export function keptSplat(byte: i32): v128 {
  return v128.splat<i8>(<i8>(byte ^ zero));
}
