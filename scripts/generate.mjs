// Writes what follows from the product's own data: docs/coverage.md, docs/permissions.md, docs/policies/*.md and the
// editor schemas. `--check` writes nothing and fails where a file is not as it would be written.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { coveragePage } from './generate/coverage.mjs';
import { permissionsPage } from './generate/permissions.mjs';
import { policyPages } from './generate/policy-pages.mjs';
import { editorSchemas } from './generate/schemas.mjs';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
const { loadControlFolder, loadPolicies } = await import('../dist/inputs/load.js');
const policies = (await loadPolicies('policies')).map(({ value, yaml }) => ({ policy: value, file: yaml.file }));
const { controls, catalogue, requirements } = await loadControlFolder('controls');
const data = {
  policies,
  controls: controls.map(({ value }) => value),
  catalogue: catalogue.value,
  requirements: requirements.value,
  topics: JSON.parse(readFileSync('policies/topics.json', 'utf8')),
};

const files = new Map([
  ['docs/coverage.md', await coveragePage(data)],
  ['docs/permissions.md', await permissionsPage(data)],
  ...(await policyPages(data)),
  ...(await editorSchemas()),
]);
const owned = ['docs/policies', 'schemas'].flatMap((folder) => listed(folder));
const stale = owned.filter((file) => !files.has(file));
const wrong = [...files].filter(([file, text]) => read(file) !== text).map(([file]) => file);

if (process.argv.includes('--check')) {
  for (const file of [...wrong, ...stale]) console.error(`${file} is not current. Write it with: npm run generate`);
  process.exit(wrong.length + stale.length > 0 ? 1 : 0);
}
for (const file of stale) rmSync(file);
for (const [file, text] of files) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
console.log(`${wrong.length} written, ${stale.length} removed, ${files.size - wrong.length} current`);

function listed(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
