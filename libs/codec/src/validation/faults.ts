import { BadInput } from '../errors.ts';

export function tooManyKeys(limit: number): BadInput {
  return new BadInput({
    code: 'too-many-keys',
    what: 'The keys of the table take more memory than they may',
    expected: `at most ${limit} bytes (maxKeyBytes)`,
    got: 'more',
  });
}

export function tooMuchMemory(): BadInput {
  return new BadInput({
    code: 'out-of-memory',
    what: 'The table takes more memory than there is: it has too many columns with a list of values or a profile',
  });
}
