import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.serverless/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './tools/ci/counts-reporter.ts'],
  },
});
