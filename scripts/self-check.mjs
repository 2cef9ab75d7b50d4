// assay on itself: scan the emulator as a user would, then verify the bundle that came of it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'assay-self-'));
const bundle = join(home, 'bundle');
const assay = (...args) => {
  const { status } = spawnSync(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    stdio: 'inherit',
    cwd: root,
  });
  if (status !== 0) throw new Error(`assay ${args[0]} ended with ${status}`);
};
try {
  assay('scan', '--estate', 'fixtures/estates/engram', '--exit-zero', '--quiet', '--output', bundle);
  assay('verify', bundle);
} finally {
  rmSync(home, { recursive: true, force: true });
}
