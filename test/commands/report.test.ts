import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay } from './assay.ts';

const estate = 'fixtures/estates/engram';
const judgedBy = ['--policy', 'st-min-tls', '--policy', 'pg-cmk-enabled', '--policy', 'st-lifecycle'];

let home: string;
let bundle: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  bundle = join(home, 'bundle');
  await scan(bundle, estate);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function scan(out: string, from: string, more: readonly string[] = judgedBy): Promise<void> {
  const ran = await assay(['scan', '--estate', from, ...more, '--output', out, '--quiet', '--exit-zero']);
  if (ran.status !== 0) throw new Error(ran.stderr);
}

let count = 0;
const fresh = (name = ''): string => join(home, `out-${++count}${name}`);
const report = (...args: readonly string[]) => assay(['report', bundle, ...args]);

/** The tables of an auditor's report as rows of cells, the head first. */
const csv = (file: string): readonly (readonly string[])[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );

describe('assay report writes', () => {
  it('one file where one is named, whatever was found', async () => {
    for (const [format, begins] of [
      ['pdf', '%PDF-'],
      ['md', '# Nightly evidence report'],
    ] as const) {
      const file = fresh(`.${format}`);
      const ran = await report('--profile', 'nightly', '--format', format, '--output', file);
      expect(ran).toMatchObject({ status: 0, stdout: `written  ${file}\n`, stderr: '' });
      expect(readFileSync(file, 'latin1').startsWith(begins), format).toBe(true);
    }
  });

  it('a folder for several formats, each once, and for tables', async () => {
    const folder = fresh();
    const formats = ['pdf', 'md', 'csv', 'pdf'].flatMap((format) => ['--format', format]);
    const ran = await report('--profile', 'nightly', ...formats, '--output', folder, '--json');
    expect(ran.status, ran.stderr).toBe(0);
    const { profile, files } = JSON.parse(ran.stdout) as { profile: string; files: readonly string[] };
    expect(profile).toBe('nightly');
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      'nightly.pdf',
      'nightly.md',
      'findings.csv',
      'controls.csv',
    ]);
    expect(readdirSync(folder).toSorted()).toEqual(['controls.csv', 'findings.csv', 'nightly.md', 'nightly.pdf']);
    expect(files.every((file) => existsSync(file))).toBe(true);
  });

  it('into a folder named by the profile, or the next free number, where no name is given', async () => {
    const cwd = fresh();
    mkdirSync(cwd);
    for (const folder of ['assay-nightly', 'assay-nightly-2']) {
      const ran = await assay(['report', bundle, '--profile', 'nightly', '--format', 'csv'], { cwd });
      expect(ran.stdout).toBe(`written  ${folder}/findings.csv\nwritten  ${folder}/controls.csv\n`);
      expect(readdirSync(join(cwd, folder)).toSorted()).toEqual(['controls.csv', 'findings.csv']);
    }
  });

  it('Markdown to stdout where no name is given, and nothing else', async () => {
    const cwd = fresh();
    mkdirSync(cwd);
    const ran = await assay(['report', bundle, '--profile', 'nightly', '--format', 'md'], { cwd });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^# Nightly evidence report\n/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('the same bytes each time, in another time zone and language', async () => {
    const formats = ['--profile', 'nightly', '--format', 'pdf', '--format', 'md', '--format', 'csv'];
    const [one, two] = [fresh(), fresh()];
    await assay(['report', bundle, ...formats, '--output', one], { env: { TZ: 'UTC' } });
    await assay(['report', bundle, ...formats, '--output', two], {
      env: { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    });
    expect(readdirSync(two)).toEqual(readdirSync(one));
    for (const name of readdirSync(one))
      expect(readFileSync(join(two, name)).equals(readFileSync(join(one, name))), name).toBe(true);
  });

  it("the auditor's PDF where nothing else is asked for: a copy that carries no signature", async () => {
    const pdf = fresh('.pdf');
    expect(await report('--output', pdf)).toMatchObject({ status: 0 });
    const text = readFileSync(pdf, 'latin1');
    expect(text.match(/\/Type \/Page\n/g)?.length).toBeGreaterThan(8);
    expect(text).not.toContain('/ByteRange');
  });

  it('by a profile of your own', async () => {
    const file = join(home, 'mine.yaml');
    const profile = readFileSync('reports/nightly.yaml', 'utf8')
      .replace('id: nightly', 'id: mine')
      .replace(/sections:[\s\S]*/, 'sections:\n  - section: limits\n');
    writeFileSync(file, profile);
    const ran = await report('--profile', file, '--format', 'md');
    expect(ran.stdout).toMatch(/^## Method and limits$/m);
  });
});

describe('assay report refuses', () => {
  it('to write where something stands, and leaves it as it was', async () => {
    const file = fresh('.md');
    writeFileSync(file, 'mine');
    const folder = fresh();
    mkdirSync(folder);
    for (const output of [file, folder]) {
      const ran = await report('--format', 'md', '--output', output);
      expect(ran).toMatchObject({ status: 2, stdout: '' });
      expect(ran.stderr).toMatch(/exists already\. Name a folder that does not/);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [['--format', 'md', '--output', 'x.pdf'], /x\.pdf names one file, and md is asked for\. Name a folder/],
    [['--format', 'pdf', '--format', 'md', '--output', 'x.pdf'], /names one file, and pdf, md is asked for/],
    [['--format', 'csv', '--output', 'x.csv'], /x\.csv names one file, and csv is asked for\. Name a folder/],
    [['--format', 'html'], /html[\s\S]*Write one of: pdf, md, csv/],
    [['--profile', 'auditr'], /there is no report profile auditr\. Did you mean auditor\?/],
    [['--profile', 'weekly'], /there is no report profile weekly\. Write one of: auditor, gap, nightly, or a file/],
    [['--profile', 'none.yaml'], /none\.yaml does not exist/],
  ])('%j', async (args, message) => {
    const cwd = fresh();
    mkdirSync(cwd);
    const ran = await assay(['report', bundle, ...args], { cwd });
    expect(ran.stderr).toMatch(message);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('a profile that is wrong, with its place', async () => {
    const file = join(home, 'wrong.yaml');
    writeFileSync(file, readFileSync('reports/gap.yaml', 'utf8').replace('gap-items', 'gap-item'));
    const ran = await report('--profile', file);
    expect(ran.stderr).toMatch(
      /wrong\.yaml:\d+:\d+ there is no section "gap-item" \[reference\]\n {4}Did you mean gap-items\?/,
    );
    expect(ran.status).toBe(2);
  });

  it('a folder that is neither a bundle nor a snapshot', async () => {
    const ran = await assay(['report', home]);
    expect(ran.stderr).toMatch(/is neither a bundle nor a snapshot\. Make one with: assay scan/);
    expect(ran.status).toBe(2);
  });

  it('flags that cannot change what a bundle was judged by; the environment is no flag', async () => {
    const flags = ['--policy', 'st-min-tls', '--now', '2027-01-01', '--config', 'x.yaml'];
    const ran = await report(...flags, '--format', 'md');
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toMatch(/is a bundle and brings its own inputs: --config, --policy, --now cannot change them/);
    const env = { ASSAY_CONFIG: 'x.yaml', ASSAY_POLICIES: 'none', ASSAY_NOW: '2027-01-01T00:00:00Z' };
    const plain = await report('--profile', 'nightly', '--format', 'md');
    const ambient = await assay(['report', bundle, '--profile', 'nightly', '--format', 'md'], { env });
    expect(ambient).toEqual(plain);
  });

  it('a bundle of which one byte is not as it was sealed', async () => {
    for (const name of ['findings.csv', 'inputs/policies/st-min-tls.yaml', 'snapshot/snapshot.json']) {
      const copy = fresh();
      cpSync(bundle, copy, { recursive: true });
      appendFileSync(join(copy, name), '\n');
      const output = fresh();
      const ran = await assay(['report', copy, '--format', 'csv', '--output', output]);
      expect(ran.stderr, name).toMatch(/is not as it was sealed: .*See: assay verify /s);
      expect(ran).toMatchObject({ status: 2, stdout: '' });
      expect(existsSync(output)).toBe(false);
    }
  });
});

describe('assay report of a snapshot', () => {
  it('judges it by what the options name, and says the same as the bundle', async () => {
    const options = ['--profile', 'nightly', '--format', 'csv'];
    const ours = ['--config', `${estate}/assay.yaml`, ...judgedBy];
    const [from, of] = [fresh(), fresh()];
    await assay(['report', join(bundle, 'snapshot'), ...options, ...ours, '--output', from]);
    await report(...options, '--output', of);
    expect(readFileSync(join(from, 'findings.csv'))).toEqual(readFileSync(join(of, 'findings.csv')));
    const one = fresh();
    await assay(['report', join(bundle, 'snapshot'), ...options, '--policy', 'st-min-tls', '--output', one]);
    const [, ...rows] = csv(join(one, 'findings.csv'));
    expect(new Set(rows.map(([, policy]) => policy))).toEqual(new Set(['st-min-tls']));
  });
});

describe('evidence', () => {
  it('leads from each fail and unknown to its row, its raw line and the request that answered', async () => {
    const folder = fresh();
    await report('--format', 'csv', '--output', folder);
    const [head = [], ...rows] = csv(join(folder, 'evidence.csv'));
    const cell = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? '';
    const findings = csv(join(bundle, 'findings.csv'));
    const open = findings.filter((row) => row[6] === 'fail' || row[6] === 'unknown').map(([id]) => id);
    expect(new Set(rows.map((row) => cell(row, 'id')))).toEqual(new Set(open));
    const snapshot = JSON.parse(readFileSync(join(bundle, 'snapshot/snapshot.json'), 'utf8')) as {
      reads: readonly { read: string; requestId?: string }[];
    };
    let lines = 0;
    for (const row of rows) {
      expect(findings[Number(cell(row, 'findings_row'))]?.[0]).toBe(cell(row, 'id'));
      const facts = csv(join(bundle, 'facts', `${cell(row, 'policy')}.csv`));
      expect(facts[Number(cell(row, 'facts_row'))]?.[0]).toBe(cell(row, 'resource'));
      for (const request of cell(row, 'request_ids').split(' ').filter(Boolean))
        expect(snapshot.reads).toContainEqual(expect.objectContaining({ read: cell(row, 'read'), requestId: request }));
      for (const line of cell(row, 'lines').split(' ').filter(Boolean)) {
        const raw = readFileSync(join(bundle, cell(row, 'file')), 'utf8').split('\n')[Number(line) - 1] ?? '';
        const { id, parentId } = JSON.parse(raw) as { id: string; parentId?: string };
        const resource = cell(row, 'resource').toLowerCase();
        expect([id.toLowerCase(), parentId?.toLowerCase()]).toContain(resource);
        lines += 1;
      }
    }
    expect(lines).toBeGreaterThan(5);
  });
});

describe('assay report --previous', () => {
  /** The estate with every account at TLS 1.2. */
  let mended: string;
  beforeAll(async () => {
    const changed = join(home, 'estate');
    cpSync(estate, changed, { recursive: true });
    for (const entry of readdirSync(changed, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) writeFileSync(file, readFileSync(file, 'utf8').replace(/TLS1_[01]\b/g, 'TLS1_2'));
    }
    mended = join(home, 'mended');
    await scan(mended, changed, [...judgedBy, '--fault', 'GET **/managementPolicies/default:403']);
  }, 120_000);

  const nightly = (of: string, previous: string) =>
    assay(['report', of, '--profile', 'nightly', '--format', 'md', '--previous', previous]);

  it('says what is fixed and what is unknown now, and never calls an unknown fixed', async () => {
    const folder = fresh();
    const ran = await assay([
      'report',
      mended,
      '--profile',
      'nightly',
      '--format',
      'csv',
      '--previous',
      bundle,
      '--output',
      folder,
    ]);
    expect(ran.status, ran.stderr).toBe(0);
    const [, ...rows] = csv(join(folder, 'changes.csv'));
    const failed = (of: string, policy: string): readonly string[] =>
      csv(join(of, 'findings.csv')).flatMap((row) => (row[1] === policy && row[6] === 'fail' ? [row[0] ?? ''] : []));
    const of = (kind: string) => rows.flatMap(([its, id]) => (its === kind ? [id] : [])).toSorted();
    const still = failed(mended, 'st-min-tls');
    const fixed = failed(bundle, 'st-min-tls').filter((id) => !still.includes(id));
    expect(fixed.length).toBeGreaterThan(0);
    expect(of('fixed')).toEqual(fixed.toSorted());
    expect(of('new-fail')).toEqual([]);
    const unknown = rows.filter(([kind]) => kind === 'newly-unknown');
    expect(unknown.length).toBeGreaterThan(0);
    expect(new Set(unknown.map(([, , policy]) => policy))).toEqual(new Set(['st-lifecycle']));
  });

  it('the other way round says what fails anew, and that the order is turned', async () => {
    const { stdout } = await nightly(bundle, mended);
    expect(stdout).toMatch(/New fails \d+/);
    expect(stdout).toMatch(/\*\*new fails\*\* st\\-min\\-tls/);
  });

  it('of the same bundle says that nothing changed', async () => {
    const { stdout } = await nightly(bundle, bundle);
    expect(stdout).toMatch(/Nothing changed; \d+ fails and \d+ unknowns? stand as before\./);
    expect(stdout).not.toMatch(/are not what they were/);
  });

  it('names the policies whose text is not what it was', async () => {
    const policies = join(home, 'policies');
    const [then, now] = [join(home, 'then'), join(home, 'now')];
    mkdirSync(policies);
    cpSync('policies/storage/st-min-tls.yaml', join(policies, 'st-min-tls.yaml'));
    await scan(then, 'fixtures/estates/clean', ['--policies', policies]);
    appendFileSync(join(policies, 'st-min-tls.yaml'), '# another text\n');
    await scan(now, 'fixtures/estates/clean', ['--policies', policies]);
    const { stdout } = await nightly(now, then);
    expect(stdout).toMatch(/Policies that are not what they were\\: st\\-min\\-tls\./);
    expect(stdout).not.toMatch(/declaration is not what it was/);
  });

  it('refuses one that is not as it was sealed, and what is no bundle', async () => {
    const copy = fresh();
    cpSync(bundle, copy, { recursive: true });
    writeFileSync(
      join(copy, 'results.json'),
      readFileSync(join(copy, 'results.json'), 'utf8').replace('"fail"', '"pass"'),
    );
    const changed = await nightly(bundle, copy);
    expect(changed).toMatchObject({ status: 2, stdout: '' });
    expect(changed.stderr).toMatch(/is not as it was sealed: /);
    const none = await nightly(bundle, join(home, 'nothing'));
    expect(none).toMatchObject({ status: 2, stdout: '' });
  });
});
