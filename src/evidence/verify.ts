import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SignatureProblemCode, type Verification, type VerifyOptions, verifyDetached } from '../x509/cms.ts';
import { type PdfVerification, verifyPdf } from '../x509/pdf-signature.ts';
import { openRegular } from './bundle.ts';
import { byCodeUnit } from './canonical-json.ts';
import { EvidenceError } from './errors.ts';
import { manifestName, outsideManifest, parseSums, type SumsEntry, signatureName, timestampName } from './manifest.ts';

export type BundleProblemCode =
  | SignatureProblemCode
  | 'manifest-missing'
  | 'manifest-malformed'
  | 'signature-missing'
  | 'file-missing'
  | 'file-changed'
  | 'file-extra'
  | 'file-too-large'
  | 'not-a-file'
  | 'folder-empty';

export interface BundleProblem {
  readonly code: BundleProblemCode;
  /** Relative to the bundle. */
  readonly path?: string;
  readonly message: string;
}

export interface BundleCheck {
  /** Sorted by path; empty when nothing was changed, added or taken away since the bundle was sealed. */
  readonly problems: readonly BundleProblem[];
  /** Files in the manifest. */
  readonly files: number;
  /** The digest by which the next bundle names this one; null without a manifest. */
  readonly manifestSha256: string | null;
  /** The signature of the manifest, null when manifest or signature is missing. */
  readonly signature: Verification | null;
  /** The signature of report.pdf, null when the bundle holds no report.pdf. */
  readonly pdf: PdfVerification | null;
  /** SHA256SUMS.tsr is not judged here; a reader checks it with `openssl ts -verify`. */
  readonly timestamp: 'absent' | 'not-checked';
}

/**
 * Checks the bytes of a bundle: the signature of the manifest, every file against it, nothing missing, nothing added,
 * and the signature in report.pdf. Follows no link and reads nothing outside the folder. Says nothing about whether the
 * findings are right: that is re-performed elsewhere.
 * @param options.trust PEM texts from outside the bundle; without them an unknown signer is no problem, but
 * `signature.trusted` is false
 * @throws EvidenceError `bundle-missing` when there is no such folder; X509Error for anchors that are no certificates.
 */
export async function checkBundle(folder: string, options: VerifyOptions = {}): Promise<BundleCheck> {
  const found = await walk(folder);
  const manifest = await readManifest(folder, found);
  const signature = manifest.bytes === null ? null : await checkSignature(folder, found, manifest.bytes, options);
  const contents = await checkContents(folder, found, manifest.entries);
  const pdf = found.files.has(pdfName) ? await checkPdf(folder, options) : null;
  const problems = [
    ...found.problems,
    ...manifest.problems,
    ...(manifest.bytes === null ? [] : signatureProblems(signature)),
    ...contents,
    ...(pdf === 'too-large' ? [tooLarge(pdfName)] : []),
    ...(pdf === 'too-large' || pdf === null ? [] : pdf.problems.map((problem) => ({ ...problem, path: pdfName }))),
  ];
  return {
    problems: problems.toSorted((a, b) => byCodeUnit(a.path ?? '', b.path ?? '')),
    files: manifest.entries?.length ?? 0,
    manifestSha256: manifest.bytes === null ? null : createHash('sha256').update(manifest.bytes).digest('hex'),
    signature,
    pdf: pdf === 'too-large' ? null : pdf,
    timestamp: found.files.has(timestampName) ? 'not-checked' : 'absent',
  };
}

const pdfName = 'report.pdf';
const mebibyte = 1024 * 1024;
/** What is read into memory at once has a limit; every other file is streamed. */
const largest = { [manifestName]: 256 * mebibyte, [signatureName]: mebibyte, [pdfName]: 1024 * mebibyte } as const;

interface Found {
  readonly files: ReadonlySet<string>;
  readonly problems: readonly BundleProblem[];
}

/** Every regular file below the folder. What is neither file nor folder is a problem and is not touched. */
async function walk(folder: string): Promise<Found> {
  const files = new Set<string>();
  const problems: BundleProblem[] = [];
  const open = [''];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const entries = await listFolder(folder, path);
    if (entries.length === 0 && path !== '') {
      problems.push({ code: 'folder-empty', path, message: `${shown(path)} is an empty folder.` });
    }
    for (const entry of entries) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) open.push(child);
      else if (entry.isFile()) files.add(child);
      else problems.push({ code: 'not-a-file', path: child, message: `${shown(child)} is a link or a special file.` });
    }
  }
  return { files, problems };
}

async function listFolder(folder: string, path: string): Promise<Dirent[]> {
  try {
    return await readdir(join(folder, path), { withFileTypes: true });
  } catch (cause) {
    if (path !== '') throw cause;
    throw new EvidenceError('bundle-missing', `There is no bundle at '${folder}': it is not a readable folder.`, {
      cause,
    });
  }
}

interface Manifest {
  readonly bytes: Buffer | null;
  /** Null when the text is malformed: then nothing is known about any file. */
  readonly entries: readonly SumsEntry[] | null;
  readonly problems: readonly BundleProblem[];
}

async function readManifest(folder: string, found: Found): Promise<Manifest> {
  if (!found.files.has(manifestName)) {
    const message = `${manifestName} is missing, so nothing can be checked.`;
    return { bytes: null, entries: null, problems: [{ code: 'manifest-missing', path: manifestName, message }] };
  }
  const bytes = await readLimited(folder, manifestName);
  if (bytes === null) return { bytes, entries: null, problems: [tooLarge(manifestName)] };
  try {
    return { bytes, entries: parseSums(bytes.toString('latin1')), problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'malformed';
    return { bytes, entries: null, problems: [{ code: 'manifest-malformed', path: manifestName, message }] };
  }
}

async function checkSignature(
  folder: string,
  found: Found,
  manifest: Buffer,
  options: VerifyOptions,
): Promise<Verification | null> {
  if (!found.files.has(signatureName)) return null;
  const cms = await readLimited(folder, signatureName);
  return cms === null ? null : verifyDetached(cms, manifest, options);
}

function signatureProblems(signature: Verification | null): BundleProblem[] {
  if (signature === null) {
    const message = `${signatureName} is missing or too large: nobody vouches for ${manifestName}.`;
    return [{ code: 'signature-missing', path: signatureName, message }];
  }
  // The signature is intact when only its content differs: then the manifest is what was changed.
  return signature.problems.map((problem) => ({
    ...problem,
    path: problem.code === 'content-changed' ? manifestName : signatureName,
  }));
}

async function checkContents(
  folder: string,
  found: Found,
  entries: readonly SumsEntry[] | null,
): Promise<BundleProblem[]> {
  if (entries === null) return [];
  const listed = new Set(entries.map(({ path }) => path));
  const extra = [...found.files].filter((path) => !listed.has(path) && !outsideManifest.has(path));
  const problems = extra.map((path): BundleProblem => {
    return { code: 'file-extra', path, message: `${shown(path)} is not in ${manifestName}: it was added later.` };
  });
  for (const { path, sha256 } of entries) {
    if (!found.files.has(path)) {
      problems.push({ code: 'file-missing', path, message: `${shown(path)} is in ${manifestName} but not here.` });
    } else if ((await hashFile(join(folder, path))) !== sha256) {
      problems.push({ code: 'file-changed', path, message: `${shown(path)} is not the file that was sealed.` });
    }
  }
  return problems;
}

async function checkPdf(folder: string, options: VerifyOptions): Promise<PdfVerification | 'too-large'> {
  const pdf = await readLimited(folder, pdfName);
  return pdf === null ? 'too-large' : verifyPdf(pdf, options);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openRegular(path);
  for await (const chunk of handle.createReadStream()) hash.update(chunk);
  return hash.digest('hex');
}

/** Null when the file is larger than what is read into memory. */
async function readLimited(folder: string, name: keyof typeof largest): Promise<Buffer | null> {
  const handle = await openRegular(join(folder, name));
  try {
    const { size } = await handle.stat();
    return size > largest[name] ? null : await handle.readFile();
  } finally {
    await handle.close();
  }
}

const tooLarge = (path: keyof typeof largest): BundleProblem => ({
  code: 'file-too-large',
  path,
  message: `${path} is larger than ${largest[path] / mebibyte} MiB and is not read.`,
});

/** A hostile name must not steer the terminal that prints it. */
function shown(path: string): string {
  return JSON.stringify(path).replace(/[\x7f-\u{10ffff}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
