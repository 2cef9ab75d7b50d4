import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBundle } from '../../src/evidence/bundle.ts';
import { ephemeralSigner } from '../../src/x509/signer.ts';

/** Seals a bundle's files again with one verdict turned from fail to pass: what a dishonest sealer could do. */
export function forge(bundle: string, out: string): Promise<string> {
  return seal(bundle, out, (name, text) => (name === 'findings.csv' ? text.replace(',fail,', ',pass,') : text));
}

/** Seals a bundle's files again, each text as `change` gives it, with a key of its own. */
export async function seal(
  bundle: string,
  out: string,
  change: (name: string, text: string) => string,
): Promise<string> {
  const sealed = JSON.parse(readFileSync(join(bundle, 'tool.json'), 'utf8')) as { sealedAt: string };
  const sealedAt = new Date(sealed.sealedAt);
  const paths = readdirSync(bundle, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('SHA256SUMS'))
    .map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => {
    const name = path.slice(bundle.length + 1);
    const bytes = readFileSync(path);
    return { path: name, bytes: name.endsWith('.pdf') ? bytes : change(name, bytes.toString('utf8')) };
  });
  const signer = await ephemeralSigner({ notBefore: new Date(sealedAt.getTime() - 60_000), days: 30 });
  await writeBundle({ out, files, signer, sealedAt });
  return out;
}
