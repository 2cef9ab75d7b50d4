import { describe, toPem } from '../x509/certificate.ts';
import { leafOf, type Signer } from '../x509/signer.ts';
import { manifestName, signatureName, timestampName } from './manifest.ts';

export interface VerifyMdOptions {
  readonly signer: Signer;
  readonly sealedAt: Date;
  /** True when the bundle holds a signed `report.pdf`. */
  readonly pdf: boolean;
}

/** The signer's certificates as PEM, the signer's own first: for comparing, never for trusting. */
export function chainPem(signer: Signer): string {
  return signer.chain.map((der) => toPem(der)).join('');
}

/**
 * VERIFY.md: how a person checks the bundle with bash, coreutils and openssl and without assay, what each command
 * shows, and what none of them shows. Every block between fences is run as it stands by the tests of this project.
 */
export function verifyMd(options: VerifyMdOptions): string {
  const sections = [
    introduction(options),
    filesSection,
    signatureSection(options),
    ...(options.pdf ? [pdfSection(options)] : []),
    timestampSection,
    limitsSection(options),
  ];
  return `${sections.join('\n\n')}\n`;
}

const fence = (...lines: string[]): string => ['```bash', ...lines, '```'].join('\n');

function introduction({ signer, sealedAt }: VerifyMdOptions): string {
  const certificate = describe(leafOf(signer).raw);
  return `# How to check this bundle

Run these commands in bash, in the folder that holds this file. They need only coreutils, sed, openssl and xxd.

- Sealed at: ${sealedAt.toISOString()}
- Signed by: \`${code(certificate.subject)}\`
- Issued by: \`${code(certificate.issuer)}\`
- SHA-256 fingerprint of the signer's certificate: \`${certificate.sha256}\`
- Certificate valid from ${certificate.notBefore} to ${certificate.notAfter}

${signer.trusted ? trustedWords : untrustedWords}`;
}

const trustedWords = `The certificate that you trust must come from outside this folder: obtain the certificate
authority's certificate from the signer's organisation and save it as \`../trusted-ca.pem\`. \`chain.pem\` in this
folder is for comparing only: whoever could change the bundle could change it too.`;

const untrustedWords = `**The signing key is UNTRUSTED.** It was made for this one run and thrown away, and nobody
vouches for it. The commands below use \`chain.pem\` of this very folder as the trust anchor, so they show that nothing
was changed since the sealing by whoever holds that key, and not who that was. Compare the fingerprint above with the
one that the person who ran assay read on their own screen and gave you by another way; without that, anybody could
have made this bundle.`;

const filesSection = `## 1. Every file is the file that was sealed

${fence(`sha256sum --check --strict --quiet ${manifestName}`)}

No output and exit code 0: every listed file is there and unchanged. \`sha256sum\` does not notice files that were
added; this does:

${fence(
  `LC_ALL=C comm -13 <(cut -c67- ${manifestName} | LC_ALL=C sort) \\`,
  "  <(find . ! -type d | sed 's|^\\./||' | LC_ALL=C sort)",
)}

It must list \`${manifestName}\`, \`${signatureName}\` and, when the bundle was timestamped, \`${timestampName}\`;
whatever else it lists was added after the sealing.`;

function signatureSection({ signer, sealedAt }: VerifyMdOptions): string {
  return `## 2. The list of files is signed

${fence(
  `openssl cms -verify -inform DER -in ${signatureName} -content ${manifestName} -binary \\`,
  `  -CAfile ${anchor(signer)} -purpose any -cades ${attime(sealedAt)} -out /dev/null`,
)}

It must say \`CAdES Verification successful\`. \`-attime\` is the time of sealing: without it the command fails from the
day on which the certificate expires. The certificate that made the signature, to compare with the fingerprint above:

${fence(
  `openssl pkcs7 -inform DER -in ${signatureName} -print_certs | sed '/^$/d'`,
  'openssl x509 -in chain.pem -noout -subject -issuer -serial -fingerprint -sha256',
)}`;
}

function pdfSection({ signer, sealedAt }: VerifyMdOptions): string {
  return `## 3. The report is signed by itself

\`report.pdf\` stays provable when it leaves this folder; PDF readers show its signature. Without one:

${fence(
  'f=report.pdf; work=$(mktemp -d)',
  "read -r _ start end length <<< \"$(grep -a -o '/ByteRange \\[[0-9 ]*' $f | head -1 | tr -dc '0-9 ')\"",
  '{ head -c $start $f; tail -c $length $f; } > $work/content.bin',
  'tail -c +$((start+2)) $f | head -c $((end-start-2)) | xxd -r -p > $work/sig.der',
  '[ $((end+length)) -eq $(wc -c < $f) ] && echo "the signature covers the whole file"',
  'openssl cms -verify -inform DER -in $work/sig.der -content $work/content.bin -binary \\',
  `  -CAfile ${anchor(signer)} -purpose any -cades ${attime(sealedAt)} -out /dev/null`,
)}

It must say that the signature covers the whole file, and \`CAdES Verification successful\`.`;
}

const timestampSection = `## When the bundle was timestamped

If there is a \`${timestampName}\`, a timestamp authority vouches for the time; its certificate must come from
outside too:

    openssl ts -verify -in ${timestampName} -data ${manifestName} -CAfile ../trusted-tsa.pem`;

function limitsSection({ signer }: VerifyMdOptions): string {
  return `## What these commands do not show

- **Whether the findings are right.** They show that nothing was changed, not that it was true. \`assay verify\` judges
  the enclosed snapshot again with the enclosed policies and compares every finding.
- **Whether the snapshot is what Azure answered.** Whoever ran assay could have fed it something else. Scope, principal,
  request ids and row counts in \`scope.json\`, \`principal.json\` and \`snapshot/\` let you ask Azure for yourself.
- **When it was sealed.** The time in the signature is the signer's own word, unless there is a timestamp.
- **Whether the certificate was revoked.** No revocation list is consulted.
- **Whether an earlier or later bundle was withheld.** A bundle does not name its neighbours: keep those that you were
  given, and their dates.
- **Every bit of the signature file.** OpenSSL accepts a few changed bits in it that change nothing of what is signed;
  \`assay verify\` accepts none.${signer.trusted ? '' : '\n- **Who signed.** See above: the key is untrusted.'}`;
}

const anchor = (signer: Signer): string => (signer.trusted ? '../trusted-ca.pem' : 'chain.pem');

const attime = (time: Date): string => `-attime ${Math.floor(time.getTime() / 1000)}`;

/** A name from a certificate stands inside backquotes: one of its own would end them. */
function code(text: string): string {
  return text.replace(/[`\p{C}]/gu, '?');
}
