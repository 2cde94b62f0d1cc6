import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with the plain line `N passed, N failed[, N skipped]`, which CI reads. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state]++;
        tests++;
      }
      // A file that cannot be loaded has no tests to count, yet it failed.
      if (tests === 0 && module.state() === 'failed') count.failed++;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
  }
}
