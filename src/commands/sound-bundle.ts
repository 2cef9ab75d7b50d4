import { UsageError } from './usage-error.ts';

/** The digest of a bundle whose every byte is as it was sealed. Throws UsageError otherwise. */
export async function soundBundle(folder: string): Promise<string> {
  const { checkBundle } = await import('../evidence/verify.ts');
  const { problems, manifestSha256 } = await checkBundle(folder);
  const [first] = problems;
  if (first !== undefined || manifestSha256 === null)
    throw new UsageError(
      `${folder} is not as it was sealed: ${first?.message ?? 'it has no manifest'} See: assay verify ${folder}`,
    );
  return manifestSha256;
}
