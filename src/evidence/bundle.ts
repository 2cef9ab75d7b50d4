import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { signDetached } from '../x509/cms.ts';
import type { Signer } from '../x509/signer.ts';
import { EvidenceError } from './errors.ts';
import { manifestName, PathSet, type SumsEntry, sha256Sums, signatureName } from './manifest.ts';

export interface BundleFile {
  /** Relative, with forward slashes, ASCII; where in the bundle the file goes. */
  readonly path: string;
  /** Text is written as UTF-8; `copyFrom` names a regular file that is streamed, and not followed if it is a link. */
  readonly bytes: Uint8Array | string | { readonly copyFrom: string };
}

export interface BundleOptions {
  /** The folder to make. It must not exist. */
  readonly out: string;
  /** Everything but the manifest and its signature. Taken one at a time, so that large files need no memory. */
  readonly files: AsyncIterable<BundleFile> | Iterable<BundleFile>;
  readonly signer: Signer;
  /** The real time of sealing; goes into the signature. */
  readonly sealedAt: Date;
}

export interface Bundle {
  readonly folder: string;
  /** The digest by which the next bundle names this one. */
  readonly manifestSha256: string;
  /** Files in the manifest. */
  readonly files: number;
}

/**
 * Writes the files, SHA256SUMS and SHA256SUMS.p7s beside the place where the bundle will stand, and moves the folder
 * there at the end: whoever finds the folder finds a complete bundle, whenever the run was killed.
 * @throws EvidenceError `output-exists` before anything is written; `bad-path`, `duplicate-path`, `not-a-file`; and
 * what the signer, the file system or the caller's files throw. After an error nothing is left.
 */
export async function writeBundle(options: BundleOptions): Promise<Bundle> {
  const folder = resolve(options.out);
  await refuseExisting(folder);
  await mkdir(dirname(folder), { recursive: true });
  const partial = join(dirname(folder), `.${basename(folder)}.partial-${randomBytes(6).toString('hex')}`);
  await mkdir(partial);
  try {
    const entries = await writeFiles(partial, options.files);
    const manifest = Buffer.from(sha256Sums(entries));
    const signature = await signDetached(manifest, options.signer, { signingTime: options.sealedAt });
    await writeFile(join(partial, manifestName), manifest, { flag: 'wx' });
    await writeFile(join(partial, signatureName), signature, { flag: 'wx' });
    await refuseExisting(folder);
    await rename(partial, folder);
    const manifestSha256 = createHash('sha256').update(manifest).digest('hex');
    return { folder, manifestSha256, files: entries.length };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function refuseExisting(folder: string): Promise<void> {
  // lstat, since a link to nowhere is something that exists too.
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  throw new EvidenceError(
    'output-exists',
    `'${folder}' exists already. A bundle is never mixed with other files: name a folder that does not exist.`,
  );
}

async function writeFiles(folder: string, files: BundleOptions['files']): Promise<SumsEntry[]> {
  const entries: SumsEntry[] = [];
  const taken = new PathSet();
  for await (const { path, bytes } of files) {
    taken.add(path);
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const sha256 =
      typeof bytes === 'string' || bytes instanceof Uint8Array
        ? await writeBytes(target, bytes)
        : await copyFile(bytes.copyFrom, target);
    entries.push({ path, sha256 });
  }
  return entries;
}

async function writeBytes(target: string, bytes: Uint8Array | string): Promise<string> {
  await writeFile(target, bytes, { flag: 'wx' });
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hashes what it writes, not what it could read again later. */
async function copyFile(source: string, target: string): Promise<string> {
  const hash = createHash('sha256');
  const from = await openRegular(source);
  try {
    const to = await open(target, 'wx');
    try {
      for await (const chunk of from.createReadStream({ autoClose: false })) {
        hash.update(chunk);
        await to.writeFile(chunk);
      }
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
  return hash.digest('hex');
}

/**
 * Opens a regular file for reading. A link is refused rather than followed: in a folder made by somebody else it could
 * point at any secret of this machine. Nothing blocks on a named pipe.
 * @throws EvidenceError `not-a-file`.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ELOOP') throw error;
      throw new EvidenceError('not-a-file', `'${path}' is a link; only regular files are read.`);
    },
  );
  const isFile = await handle.stat().then((found) => found.isFile());
  if (isFile) return handle;
  await handle.close();
  throw new EvidenceError('not-a-file', `'${path}' is not a regular file.`);
}
