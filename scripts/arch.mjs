// Runs dependency-cruiser over src and fails unless every file was cruised: under a TypeScript without a JavaScript API it
// cruises nothing and calls that clean.
import { readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import config from '../.dependency-cruiser.mjs';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(root, resolve(entry.parentPath, entry.name)));

const { output } = await cruise(
  ['src'],
  { ...config.options, validate: true, ruleSet: { forbidden: config.forbidden }, outputType: 'json' },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const { modules, summary } = JSON.parse(output);
const cruised = new Set(modules.map((module) => module.source));
const missed = files.filter((file) => !cruised.has(file));
for (const { rule, from, to } of summary.violations) console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
for (const file of missed) console.error(`error not cruised: ${file}`);
if (summary.violations.length + missed.length > 0) process.exit(1);
console.log(`import rules hold: ${files.length} files, ${summary.totalDependenciesCruised} imports`);
