import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BundleFile, writeBundle } from '../../src/evidence/bundle.ts';
import { ephemeralSigner, type Signer } from '../../src/x509/signer.ts';

const sealedAt = new Date('2026-06-01T12:00:00Z');
let signer: Signer;
let base: string;
let folder: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-bundle-'));
  signer = await ephemeralSigner({ notBefore: sealedAt, days: 30 });
});
beforeEach(async () => {
  folder = await mkdtemp(join(base, 'case-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe('a bundle', () => {
  test('holds the files, their sums and the signature, and nothing else remains', async () => {
    const source = join(folder, 'large.ndjson');
    const large = Buffer.alloc(3_000_001, 'row\n');
    await writeFile(source, large);
    const out = join(folder, 'nightly', 'bundle');
    const files: BundleFile[] = [
      { path: 'snapshot/tables/resources.ndjson', bytes: { copyFrom: source } },
      { path: 'findings.csv', bytes: 'id;ü\n' },
      { path: 'bytes.bin', bytes: Uint8Array.of(0, 255) },
    ];
    const bundle = await writeBundle({ out, files, signer, sealedAt });
    const manifest = await readFile(join(out, 'SHA256SUMS'), 'utf8');
    expect(bundle).toEqual({ folder: out, files: 3, manifestSha256: sha256(manifest) });
    expect(manifest).toBe(
      `${sha256(Uint8Array.of(0, 255))}  bytes.bin\n${sha256('id;ü\n')}  findings.csv\n${sha256(large)}  snapshot/tables/resources.ndjson\n`,
    );
    expect(await readFile(join(out, 'snapshot/tables/resources.ndjson'))).toEqual(large);
    expect((await readdir(out)).sort()).toEqual([
      'SHA256SUMS',
      'SHA256SUMS.p7s',
      'bytes.bin',
      'findings.csv',
      'snapshot',
    ]);
    expect(await readdir(join(folder, 'nightly'))).toEqual(['bundle']);
  });

  test('appears under its name only when it is complete', async () => {
    const seen: string[][] = [];
    async function* files(): AsyncGenerator<BundleFile> {
      for (const path of ['a', 'b']) {
        yield { path, bytes: path };
        seen.push(await readdir(folder));
      }
    }
    await writeBundle({ out: join(folder, 'bundle'), files: files(), signer, sealedAt });
    expect(seen).toHaveLength(2);
    for (const names of seen) expect(names).toEqual([expect.stringMatching(/^\.bundle\.partial-[0-9a-f]{12}$/)]);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  test.each<[string, (out: string) => Promise<unknown>]>([
    ['a folder with files', (out) => mkdir(join(out, 'x'), { recursive: true })],
    ['an empty folder', (out) => mkdir(out)],
    ['a file', (out) => writeFile(out, '')],
    ['a link to nowhere', (out) => symlink('nowhere', out)],
  ])('is refused over %s before a single file is asked for', async (_, occupy) => {
    const out = join(folder, 'bundle');
    await occupy(out);
    let asked = 0;
    const files = {
      *[Symbol.iterator](): Generator<BundleFile> {
        asked += 1;
        yield { path: 'a', bytes: '' };
      },
    };
    await expect(writeBundle({ out, files, signer, sealedAt })).rejects.toMatchObject({ code: 'output-exists' });
    expect(asked).toBe(0);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  test('is refused when somebody else made the folder meanwhile', async () => {
    const out = join(folder, 'bundle');
    async function* files(): AsyncGenerator<BundleFile> {
      yield { path: 'a', bytes: 'a' };
      await mkdir(out);
    }
    await expect(writeBundle({ out, files: files(), signer, sealedAt })).rejects.toMatchObject({
      code: 'output-exists',
    });
    expect(await readdir(out)).toEqual([]);
    expect(await readdir(folder)).toEqual(['bundle']);
  });

  test.each<[string, string, () => Iterable<BundleFile>]>([
    ['a path that leads out', 'bad-path', () => [{ path: '../evil', bytes: 'x' }]],
    ['a manifest of its own', 'bad-path', () => [{ path: 'SHA256SUMS', bytes: 'x' }]],
    [
      'a path given twice',
      'duplicate-path',
      () => [
        { path: 'a', bytes: 'x' },
        { path: 'A', bytes: 'y' },
      ],
    ],
    ['a source that is not there', 'ENOENT', () => [{ path: 'a', bytes: { copyFrom: join(folder, 'none') } }]],
    ['a source that is a folder', 'not-a-file', () => [{ path: 'a', bytes: { copyFrom: folder } }]],
    ['a source that is a link', 'not-a-file', () => [{ path: 'a', bytes: { copyFrom: join(folder, 'link') } }]],
    ['a failure of whoever makes the files', 'boom', () => failing()],
  ])('leaves nothing behind after %s', async (_, code, files) => {
    const link = join(folder, 'link');
    await symlink('/etc/passwd', link);
    const attempt = writeBundle({ out: join(folder, 'bundle'), files: files(), signer, sealedAt });
    await expect(attempt).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual(['link']);
  });

  test('leaves nothing behind when the certificate does not cover the time of sealing', async () => {
    const files = [{ path: 'a', bytes: 'a' }];
    const late = new Date('2026-08-01T00:00:00Z');
    await expect(writeBundle({ out: join(folder, 'bundle'), files, signer, sealedAt: late })).rejects.toMatchObject({
      code: 'certificate-not-valid-at',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

function* failing(): Generator<BundleFile> {
  yield { path: 'a/b', bytes: 'x' };
  throw Object.assign(new Error('boom'), { code: 'boom' });
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
