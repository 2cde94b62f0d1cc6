import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.serverless/**'],
    // Handlers under test log as they do in Lambda; a failing test tells enough by itself.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    // Vitest leaves one core to itself, which is half of a machine of two; tests wait for other processes a good deal.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A machine under load takes its time: what is polled for comes, or the test fails in the end.
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', './tools/ci/counts-reporter.ts'],
  },
});
