// What no linter rule says: pure rooms know no clock, chance, process or console; no file names a registry or this machine.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

process.chdir(resolve(import.meta.dirname, '..'));
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { encoding: 'utf8' })
  .split('\0')
  // A file that is deleted and not yet committed is still listed.
  .filter((file) => file !== '' && existsSync(file));

const pure = /^src\/(kql|policy|evaluate|control|workload|sizing|remediate|report)\//;
const belowCommands = /^src\/(?!commands\/|cli\.ts)/;
const rules = [
  {
    in: pure,
    not: /\bDate\.now\(|\bnew Date\(\)|\bDate\(\)/,
    why: 'a pure room reads no clock: take `now` as an argument',
  },
  { in: pure, not: /\bMath\.random\(|\brandom(Bytes|UUID|Int)\(/, why: 'a pure room knows no chance' },
  { in: pure, not: /(?<!\.)\b(process|performance)\.[a-z]/, why: 'a pure room knows no process' },
  {
    in: belowCommands,
    not: /\bconsole\.|\bprocess\.(exit|env|argv|std)/,
    why: 'only commands print, exit and read the environment',
  },
  { in: /^(src|test)\//, not: /\b(it|test|describe)\.(skip|only|todo)\b/, why: 'no test is skipped' },
  { in: /^(src|policies|controls)\//, not: /\b(TODO|FIXME|HACK|XXX)\b/, why: 'unfinished marks belong in an issue' },
];

const problems = tracked.flatMap((file) => {
  const applying = rules.filter((rule) => rule.in.test(file));
  if (applying.length === 0) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, i) =>
    // A comment may speak of what code may not do.
    /^\s*(\/\/|\*|\/\*)/.test(line)
      ? []
      : applying.filter((rule) => rule.not.test(line)).map((rule) => `${file}:${i + 1} ${rule.why}`),
  );
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`text rules hold: ${tracked.length} files`);
