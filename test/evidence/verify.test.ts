import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeBundle } from '../../src/evidence/bundle.ts';
import { checkBundle } from '../../src/evidence/verify.ts';
import { chainPem, verifyMd } from '../../src/evidence/verify-md.ts';
import { signDetached } from '../../src/x509/cms.ts';
import { signPdf } from '../../src/x509/pdf-signature.ts';
import { ephemeralSigner, pemSigner, type Signer } from '../../src/x509/signer.ts';
import { issue, twoLevels } from '../x509/issue.ts';
import { placeholderPdf } from '../x509/placeholder-pdf.ts';

const sealedAt = new Date('2026-06-01T12:00:00Z');
const { root, intermediate, leaf } = twoLevels();
const paths = ['VERIFY.md', 'chain.pem', 'findings.csv', 'report.pdf', 'snapshot/tables/resources/vaults.ndjson'];
let base: string;
let sealed: string;
let folder: string;
let signer: Signer;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-verify-'));
  signer = await pemSigner({ keyPem: leaf.keyPem, certPem: leaf.certPem + intermediate.certPem + root.certPem });
  sealed = join(base, 'sealed');
  await seal(sealed, signer);
});
beforeEach(async () => {
  folder = join(await mkdtemp(join(base, 'case-')), 'bundle');
  await cp(sealed, folder, { recursive: true });
});
afterAll(() => rm(base, { recursive: true, force: true }));

const found = async (options: { trust?: string[]; at?: Date } = {}): Promise<string[]> =>
  (await checkBundle(folder, options)).problems.map(({ code, path }) => `${code} ${path ?? ''}`);

describe('an intact bundle', () => {
  test('has no problem, and an unknown signer is not trusted', async () => {
    expect(await checkBundle(folder)).toMatchObject({
      problems: [],
      files: paths.length,
      signature: {
        ok: true,
        trusted: false,
        signingTime: '2026-06-01T12:00:00.000Z',
        signer: { subject: 'CN=Test Signer' },
      },
      pdf: { ok: true, trusted: false, coversWholeFile: true },
      timestamp: 'absent',
    });
  });

  test('is trusted by an anchor from outside, for the manifest and for the report', async () => {
    const check = await checkBundle(folder, { trust: [root.certPem] });
    expect(check).toMatchObject({ problems: [], signature: { trusted: true }, pdf: { trusted: true } });
  });

  test('is a problem for whoever trusts somebody else, for both signatures', async () => {
    const stranger = issue({ name: 'Test Root', ca: true });
    expect(await found({ trust: [stranger.certPem] })).toEqual([
      'signer-not-trusted SHA256SUMS.p7s',
      'signer-not-trusted report.pdf',
    ]);
  });

  test('names the digest by which the next bundle refers to it', async () => {
    const digest = createHash('sha256')
      .update(await readFile(join(folder, 'SHA256SUMS')))
      .digest('hex');
    expect((await checkBundle(folder)).manifestSha256).toBe(digest);
  });

  test('may be reached through a link to its folder', async () => {
    const link = `${folder}-latest`;
    await symlink(folder, link);
    expect((await checkBundle(link)).problems).toEqual([]);
  });

  test('of an ephemeral key verifies and is trusted by nobody', async () => {
    const out = `${folder}-ephemeral`;
    await seal(out, await ephemeralSigner({ notBefore: sealedAt, days: 30 }));
    expect(await checkBundle(out)).toMatchObject({ problems: [], signature: { ok: true, trusted: false } });
    const { problems } = await checkBundle(out, { trust: [root.certPem] });
    expect(problems.map(({ code }) => code)).toEqual(['signer-not-trusted', 'signer-not-trusted']);
  });
});

describe('one changed bit', () => {
  test.each([...paths, 'SHA256SUMS'])(
    'anywhere in %s is a problem that names it',
    { timeout: 240_000 },
    async (path) => {
      const original = await readFile(join(folder, path));
      const step = Math.max(1, Math.floor(original.length / 24));
      for (let at = 0; at < original.length; at += step) {
        await writeFile(join(folder, path), flipped(original, at));
        const problems = (await checkBundle(folder)).problems.map((problem) => problem.path);
        expect(problems, `byte ${at}`).toContain(path);
      }
    },
  );

  test('anywhere in SHA256SUMS.p7s is a problem that names it', { timeout: 240_000 }, async () => {
    const path = 'SHA256SUMS.p7s';
    const original = await readFile(join(folder, path));
    for (let at = 0; at < original.length; at += 17) {
      await writeFile(join(folder, path), flipped(original, at));
      expect((await checkBundle(folder)).problems.map((problem) => problem.path)).toContain(path);
    }
  });
});

describe('a bundle that somebody worked on', () => {
  test.each<[string, string[], () => Promise<unknown>]>([
    ['a file added', ['file-extra added.csv'], () => writeFile(join(folder, 'added.csv'), '')],
    ['a hidden file added in a folder', ['file-extra snapshot/.x'], () => writeFile(join(folder, 'snapshot/.x'), '')],
    [
      'a second manifest added below',
      ['file-extra snapshot/SHA256SUMS'],
      () => writeFile(join(folder, 'snapshot/SHA256SUMS'), ''),
    ],
    ['an empty folder added', ['folder-empty plan'], () => mkdir(join(folder, 'plan'))],
    ['a file taken away', ['file-missing findings.csv'], () => rm(join(folder, 'findings.csv'))],
    [
      'a file renamed',
      ['file-missing findings.csv', 'file-extra findings2.csv'],
      () => rename(join(folder, 'findings.csv'), join(folder, 'findings2.csv')),
    ],
    ['a byte appended', ['file-changed findings.csv'], () => appendFile(join(folder, 'findings.csv'), '\n')],
    ['a file emptied', ['file-changed findings.csv'], () => truncate(join(folder, 'findings.csv'))],
    ['a link added', ['not-a-file link'], () => symlink('/etc/hostname', join(folder, 'link'))],
    ['a link to a folder added', ['not-a-file link'], () => symlink('snapshot', join(folder, 'link'))],
    [
      'a file replaced by a link to the same bytes',
      ['file-missing findings.csv', 'not-a-file findings.csv'],
      () => replaceByLink('findings.csv'),
    ],
    [
      'the manifest replaced by a link',
      ['manifest-missing SHA256SUMS', 'not-a-file SHA256SUMS'],
      () => replaceByLink('SHA256SUMS'),
    ],
    [
      'the signature replaced by a link',
      ['not-a-file SHA256SUMS.p7s', 'signature-missing SHA256SUMS.p7s'],
      () => replaceByLink('SHA256SUMS.p7s'),
    ],
    [
      'a folder replaced by a link',
      ['file-missing snapshot/tables/resources/vaults.ndjson', 'not-a-file snapshot'],
      () => replaceByLink('snapshot'),
    ],
    ['a named pipe added', ['not-a-file pipe'], async () => execFileSync('mkfifo', [join(folder, 'pipe')])],
    ['the signature taken away', ['signature-missing SHA256SUMS.p7s'], () => rm(join(folder, 'SHA256SUMS.p7s'))],
    ['the manifest taken away', ['manifest-missing SHA256SUMS'], () => rm(join(folder, 'SHA256SUMS'))],
    [
      'a signature too large to read',
      ['signature-missing SHA256SUMS.p7s'],
      () => truncate(join(folder, 'SHA256SUMS.p7s'), 2 ** 21),
    ],
  ])('%s is found', async (_, expected, change) => {
    await change();
    expect((await found()).sort()).toEqual([...expected].sort());
  });

  test.each([
    ['a path that leads out of the folder', (text: string) => text.replace('  VERIFY.md', '  ../../outside')],
    ['an absolute path', (text: string) => text.replace('  VERIFY.md', '  /etc/hostname')],
    ['another order', (text: string) => text.split('\n').toReversed().slice(1).concat('').join('\n')],
    ['a comment', (text: string) => `# sealed\n${text}`],
  ])('a manifest with %s is refused even when it is signed anew', async (_, change) => {
    const manifest = Buffer.from(change(await readFile(join(folder, 'SHA256SUMS'), 'utf8')));
    await writeFile(join(folder, 'SHA256SUMS'), manifest);
    await writeFile(join(folder, 'SHA256SUMS.p7s'), await signDetached(manifest, signer, { signingTime: sealedAt }));
    const { problems, files } = await checkBundle(folder);
    expect(problems).toMatchObject([{ code: 'manifest-malformed', path: 'SHA256SUMS' }]);
    expect(problems[0]?.message).toMatch(/^SHA256SUMS:\d+ /);
    expect(files).toBe(0);
  });

  test('a bundle signed anew by somebody else is intact but not trusted', async () => {
    const other = await pemSigner(issue({ name: 'Test Signer' }));
    const manifest = await readFile(join(folder, 'SHA256SUMS'));
    await writeFile(join(folder, 'SHA256SUMS.p7s'), await signDetached(manifest, other, { signingTime: sealedAt }));
    expect(await found()).toEqual([]);
    expect(await found({ trust: [root.certPem] })).toEqual(['signer-not-trusted SHA256SUMS.p7s']);
  });

  test('a report without a signature is found even in a manifest that is right', async () => {
    const out = `${folder}-unsigned`;
    const files = [{ path: 'report.pdf', bytes: await placeholderPdf({ time: sealedAt }) }];
    await writeBundle({ out, files, signer, sealedAt });
    const { problems } = await checkBundle(out);
    expect(problems).toMatchObject([{ code: 'pdf-byte-range', path: 'report.pdf' }]);
  });

  test('a name with terminal escapes does not reach the message as it stands', async () => {
    await writeFile(join(folder, 'a\u001b[2Jb\u009b'), '');
    const { problems } = await checkBundle(folder);
    expect(problems.map(({ code }) => code)).toEqual(['file-extra']);
    expect(problems[0]?.message).toMatch(/^[\x20-\x7e]*$/);
  });

  test('a timestamp beside the manifest is admitted, and said not to be judged', async () => {
    await writeFile(join(folder, 'SHA256SUMS.tsr'), 'x');
    expect(await checkBundle(folder)).toMatchObject({ problems: [], timestamp: 'not-checked' });
  });

  test('a folder that is not there is an error of the caller', async () => {
    await expect(checkBundle(join(base, 'none'))).rejects.toMatchObject({ code: 'bundle-missing' });
  });

  async function replaceByLink(name: string): Promise<void> {
    const moved = `${folder}-${name.replaceAll('/', '-')}`;
    await rename(join(folder, name), moved);
    await symlink(moved, join(folder, name));
  }
});

async function seal(out: string, by: Signer): Promise<void> {
  const files = [
    { path: 'report.pdf', bytes: await signPdf(await placeholderPdf({ time: sealedAt }), by) },
    { path: 'findings.csv', bytes: 'id;status\n1;pass\n2;fail\n' },
    { path: 'snapshot/tables/resources/vaults.ndjson', bytes: '{"id":"1"}\n{"id":"2"}\n' },
    { path: 'chain.pem', bytes: chainPem(by) },
    { path: 'VERIFY.md', bytes: verifyMd({ signer: by, sealedAt, pdf: true }) },
  ];
  await writeBundle({ out, files, signer: by, sealedAt });
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
  return copy;
}
