import type { Attachment, ConversionIo, Converter, Facts, SharedOptions } from '@tributary/codec';

/** What a conversion has found out so far: it counts also where the file is rejected. */
export class Findings {
  rejectedRows: number;
  readonly documents: Attachment[] = [];
  facts: Facts | undefined;
  /** Takes what the converter tells. */
  readonly io: Required<Pick<ConversionIo, 'attach' | 'tell'>> = {
    attach: (document) => this.documents.push(document),
    tell: (facts) => {
      this.facts = { ...this.facts, ...facts };
    },
  };

  /** @param rejectedRows by earlier invocations */
  constructor(rejectedRows = 0) {
    this.rejectedRows = rejectedRows;
  }

  /** The converter, with its rejected rows counted. */
  watch<Options extends SharedOptions>(converter: Converter<Options>): Converter<Options> {
    return {
      ...converter,
      convert: (io, options) => {
        const reject: typeof io.reject = (row) => {
          this.rejectedRows++;
          io.reject(row);
        };
        return converter.convert({ ...io, reject }, options);
      },
    };
  }
}
