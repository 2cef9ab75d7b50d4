// Compiles src to dist. Skips when dist is newer than every source file, so that `npm run scan` after `npm ci` starts at once
// and tests still never run stale code.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist', '.built');

const newest = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).reduce(
    (latest, entry) => Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
    statSync(folder).mtimeMs,
  );

const inputs = ['tsconfig.json', 'package.json', 'package-lock.json', 'scripts/build.mjs'].map(
  (f) => statSync(join(root, f)).mtimeMs,
);
if (existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(newest(join(root, 'src')), ...inputs)) process.exit(0);

const started = Date.now();
const fresh = join(root, `dist.${process.pid}`);
const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
const done = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json'), '--outDir', fresh], {
  stdio: 'inherit',
});
if (done.status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(done.status ?? 1);
}
if (existsSync(join(fresh, 'cli.js'))) chmodSync(join(fresh, 'cli.js'), 0o755);
// A source edited while tsc ran must count as newer than this build.
writeFileSync(join(fresh, '.built'), '');
const { utimesSync } = await import('node:fs');
utimesSync(join(fresh, '.built'), started / 1000, started / 1000);
rmSync(join(root, 'dist'), { recursive: true, force: true });
renameSync(fresh, join(root, 'dist'));
