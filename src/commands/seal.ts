import type { Bundle, BundleFile } from '../evidence/bundle.ts';
import { canonicalJson } from '../evidence/canonical-json.ts';
import type { Signer } from '../x509/signer.ts';
import type { Judgement } from './judge.ts';
import { tool } from './product.ts';
import { renderFiles, renderReport, snapshotFiles } from './render.ts';

export interface SealOptions {
  readonly out: string;
  readonly snapshotFolder: string;
  readonly signer: Signer;
  readonly sealedAt: Date;
}

/** Writes the bundle: everything that follows from the judgement, what it was judged by, and the signatures. */
export async function seal(judgement: Judgement, options: SealOptions): Promise<Bundle> {
  const { writeBundle } = await import('../evidence/bundle.ts');
  const { signer, sealedAt, out } = options;
  return writeBundle({ out, files: bundleFiles(judgement, options), signer, sealedAt });
}

async function* bundleFiles(judgement: Judgement, options: SealOptions): AsyncIterable<BundleFile> {
  const { signPdf } = await import('../x509/pdf-signature.ts');
  const { chainPem, verifyMd } = await import('../evidence/verify-md.ts');
  const { signer, sealedAt } = options;
  yield* renderFiles(judgement);
  yield* snapshotFiles(options.snapshotFolder, judgement);
  yield { path: 'report.pdf', bytes: await signPdf(await renderReport(judgement, sealedAt), signer) };
  yield { path: 'tool.json', bytes: await toolDocument(options) };
  yield { path: 'chain.pem', bytes: chainPem(signer) };
  yield { path: 'VERIFY.md', bytes: verifyMd({ signer, sealedAt, pdf: true }) };
}

/** The only place beside the signatures that knows the real time and the signer: all else is reproducible. */
async function toolDocument({ signer, sealedAt }: SealOptions): Promise<string> {
  const { describe } = await import('../x509/certificate.ts');
  const { subject, sha256, notBefore, notAfter } = describe(signer.chain[0] ?? new Uint8Array());
  return canonicalJson({
    ...tool(),
    node: process.version,
    sealedAt: sealedAt.toISOString(),
    signer: {
      subject,
      sha256,
      notBefore,
      notAfter,
      key: signer.trusted ? 'given' : 'ephemeral: made for this run, untrusted',
    },
  });
}
