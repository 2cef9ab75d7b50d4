import { defineConfig } from 'vitest/config';

// Needs what Debian has to install: openssl, pdfsig, qpdf. `.ci/run` installs them; `npm test` never needs them.
export default defineConfig({
  test: { include: ['test/system/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
