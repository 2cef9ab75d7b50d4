import { sign as signRaw, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { describe, expect, test } from 'vitest';
import { toPem } from '../../src/x509/certificate.ts';
import { signDetached, verifyDetached } from '../../src/x509/cms.ts';
import { decodeCms, encodeCms, encodeSignedAttributes } from '../../src/x509/cms-encoding.ts';
import { oid } from '../../src/x509/oid.ts';
import { ephemeralSigner, pemSigner, type Signer } from '../../src/x509/signer.ts';
import { type Issued, issue, twoLevels } from './issue.ts';

const content = new TextEncoder().encode('0123  findings.csv\n');
const signingTime = new Date('2026-06-01T12:00:00Z');
const signerOf = ({ certPem, keyPem }: Issued, issuers: readonly Issued[] = []): Promise<Signer> =>
  pemSigner({ keyPem, certPem: certPem + issuers.map((issuer) => issuer.certPem).join('') });
const codes = (verification: { problems: readonly { code: string }[] }): string[] =>
  verification.problems.map(({ code }) => code);

describe('a detached signature', () => {
  test.each(['p256', 'p384', 'rsa2048'] as const)(
    'made with a %s key is intact, and trusted only by its anchor',
    async (keys) => {
      const one = issue({ name: 'Signer', keys });
      const cms = await signDetached(content, await signerOf(one), { signingTime });
      expect(verifyDetached(cms, content)).toMatchObject({
        ok: true,
        trusted: false,
        signingTime: '2026-06-01T12:00:00.000Z',
        signer: { subject: 'CN=Signer', sha256: new X509Certificate(one.certPem).fingerprint256 },
      });
      expect(verifyDetached(cms, content, { trust: [one.certPem] })).toMatchObject({ ok: true, trusted: true });
      const stranger = verifyDetached(cms, content, { trust: [issue({ name: 'Signer', keys }).certPem] });
      expect(stranger).toMatchObject({ ok: false, trusted: false, problems: [{ code: 'signer-not-trusted' }] });
    },
  );

  test('by an ephemeral key is intact and trusted by nobody', async () => {
    const signer = await ephemeralSigner({ notBefore: signingTime, days: 30 });
    const cms = await signDetached(content, signer, { signingTime });
    expect(verifyDetached(cms, content)).toMatchObject({ ok: true, trusted: false, problems: [] });
    expect(codes(verifyDetached(cms, content, { trust: [] }))).toEqual(['signer-not-trusted']);
  });

  test('is the same bytes each time with an RSA key, which signs without chance', async () => {
    const signer = await signerOf(issue({ name: 'Signer', keys: 'rsa2048' }));
    const [one, two] = [
      await signDetached(content, signer, { signingTime }),
      await signDetached(content, signer, { signingTime }),
    ];
    expect(one).toEqual(two);
  });

  test('over other content is refused', async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    expect(codes(verifyDetached(cms, new Uint8Array()))).toEqual(['content-changed']);
  });

  test('keeps no signing time when none is given, and then needs a time to be judged at', async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })));
    expect(verifyDetached(cms, content)).toMatchObject({ ok: false, signingTime: null });
    expect(codes(verifyDetached(cms, content))).toEqual(['time-missing']);
    expect(verifyDetached(cms, content, { at: signingTime }).ok).toBe(true);
  });

  test('after 2049 keeps its century', async () => {
    const one = issue({ name: 'Signer', to: '2049-12-31T23:59:59Z' });
    const signer = await ephemeralSigner({ notBefore: new Date('2050-01-01T00:00:00Z'), days: 30 });
    const late = new Date('2050-01-02T00:00:00Z');
    const cms = await signDetached(content, signer, { signingTime: late });
    expect(verifyDetached(cms, content)).toMatchObject({ ok: true, signingTime: late.toISOString() });
    await expect(signDetached(content, await signerOf(one), { signingTime: late })).rejects.toMatchObject({
      code: 'certificate-not-valid-at',
    });
  });

  test('is judged at the time asked for, else at the time it claims', async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    expect(codes(verifyDetached(cms, content, { at: new Date('2037-01-01T00:00:00Z') }))).toEqual([
      'certificate-not-valid-at',
    ]);
  });
});

describe('a remote key', () => {
  test('that is not the key of the certificate cannot bring a signature into the world', async () => {
    const [mine, other] = [await signerOf(issue({ name: 'mine' })), await signerOf(issue({ name: 'other' }))];
    await expect(signDetached(content, { ...mine, sign: other.sign }, { signingTime })).rejects.toMatchObject({
      code: 'signature-refused',
    });
  });

  test('that answers with a raw r and s instead of DER is refused', async () => {
    const { certPem, key } = issue({ name: 'mine' });
    const raw = async (bytes: Uint8Array) => signRaw('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    const signer: Signer = { chain: [new X509Certificate(certPem).raw], trusted: true, sign: raw };
    await expect(signDetached(content, signer, { signingTime })).rejects.toMatchObject({ code: 'signature-refused' });
  });

  test('is given the DER of the signed attributes and nothing else', async () => {
    const local = await signerOf(issue({ name: 'mine' }));
    const seen: Uint8Array[] = [];
    const signer: Signer = { ...local, sign: async (bytes) => local.sign(seen[seen.push(bytes) - 1] ?? bytes) };
    const parts = decodeCms(await signDetached(content, signer, { signingTime }));
    expect(seen).toEqual([encodeSignedAttributes(parts)]);
  });
});

describe('a chain', () => {
  const { root, intermediate, leaf } = twoLevels();
  const sign = async (one: Issued, issuers: readonly Issued[]): Promise<Uint8Array> =>
    signDetached(content, await signerOf(one, issuers), { signingTime });

  test.each([
    ['the root', root],
    ['the intermediate', intermediate],
    ['the signer itself', leaf],
  ])('is trusted by %s', async (_, anchor) => {
    const cms = await sign(leaf, [intermediate, root]);
    expect(verifyDetached(cms, content, { trust: [anchor.certPem] })).toMatchObject({ ok: true, trusted: true });
  });

  test('encloses the intermediate but not the root, which must come from outside', async () => {
    const { chain } = decodeCms(await sign(leaf, [root, intermediate]));
    expect(chain.map(({ subject }) => subject)).toEqual(['CN=Test Signer', 'CN=Test Intermediate']);
  });

  test('without its intermediate is not trusted by the root', async () => {
    const cms = await sign(leaf, []);
    expect(codes(verifyDetached(cms, content, { trust: [root.certPem] }))).toEqual(['signer-not-trusted']);
    expect(verifyDetached(cms, content, { trust: [root.certPem + intermediate.certPem] }).trusted).toBe(true);
  });

  test('a root of the same name and another key is no anchor', async () => {
    const impostor = issue({ name: 'Test Root', ca: true, keyUsage: 0x06 });
    const cms = await sign(leaf, [intermediate, root]);
    expect(codes(verifyDetached(cms, content, { trust: [impostor.certPem] }))).toEqual(['signer-not-trusted']);
  });

  test('an anchor that has expired is none', async () => {
    const old = issue({ name: 'Old Root', ca: true, to: '2026-02-01T00:00:00Z' });
    const cms = await sign(issue({ name: 'Signer', issuer: old }), []);
    expect(codes(verifyDetached(cms, content, { trust: [old.certPem] }))).toEqual(['signer-not-trusted']);
  });

  test('anchors that are no certificates are an error of the caller', async () => {
    const cms = await sign(leaf, [intermediate]);
    expect(() => verifyDetached(cms, content, { trust: ['nothing'] })).toThrow(
      expect.objectContaining({ code: 'certificate-missing' }),
    );
  });
});

describe('a signature that was tampered with', () => {
  test('does not verify with any single bit changed', { timeout: 240_000 }, async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    const survivors: string[] = [];
    for (let bit = 0; bit < cms.length * 8; bit += 1) {
      const changed = flipped(cms, bit);
      if (verifyDetached(changed, content).ok) survivors.push(`byte ${bit >> 3} bit ${bit & 7}`);
    }
    expect(survivors).toEqual([]);
    expect(verifyDetached(cms, content).ok).toBe(true);
  });

  test('by an RSA chain does not verify with any byte changed', { timeout: 240_000 }, async () => {
    const { root, intermediate } = twoLevels();
    const leaf = issue({ name: 'Signer', issuer: intermediate, keys: 'rsa2048' });
    const cms = await signDetached(content, await signerOf(leaf, [intermediate, root]), { signingTime });
    const survivors = [...cms.keys()].filter((at) => verifyDetached(flipped(cms, at * 8 + (at % 8)), content).ok);
    expect(survivors).toEqual([]);
  });

  test.each<[string, (cms: Uint8Array) => Uint8Array]>([
    ['a byte behind it', (cms) => Buffer.concat([cms, Buffer.of(0)])],
    ['a byte before it', (cms) => Buffer.concat([Buffer.of(0), cms])],
    ['its last byte missing', (cms) => cms.slice(0, -1)],
    ['nothing left', () => new Uint8Array()],
    ['a long form of its length', (cms) => Buffer.concat([Buffer.of(0x30, 0x83, 0), cms.slice(2)])],
    ['an indefinite length', (cms) => Buffer.concat([Buffer.of(0x30, 0x80), cms.slice(4), Buffer.of(0, 0)])],
    ['ten thousand nested sequences', () => nested(10_000)],
  ])('with %s is refused without an exception', async (_, change) => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    expect(verifyDetached(change(cms), content).ok).toBe(false);
  });

  test('with another digest than SHA-256, SHA-384 or SHA-512 is not read', async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    const sha224 = Buffer.from(cms.map((byte) => byte));
    const sha256Oid = Buffer.from('608648016503040201', 'hex');
    for (let at = sha224.indexOf(sha256Oid); at >= 0; at = sha224.indexOf(sha256Oid, at + 1)) sha224[at + 8] = 4;
    expect(verifyDetached(sha224, content)).toMatchObject({ ok: false, problems: [{ code: 'cms-unreadable' }] });
  });

  test('with a certificate of the same name and key put in place of the signer is refused', async () => {
    const one = issue({ name: 'Signer' });
    const parts = decodeCms(await signDetached(content, await signerOf(one), { signingTime }));
    const twin = new X509Certificate(issue({ name: 'Signer' }).certPem);
    expect(codes(verifyDetached(encodeCms({ ...parts, chain: [twin] }), content))).toContain('signature-wrong');
  });

  test('with two signers is refused', async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    const info = asn1js.fromBER(cms).result;
    expect(verifyDetached(doubledSigner(info), content)).toMatchObject({
      ok: false,
      problems: [{ code: 'cms-unreadable' }],
    });
  });

  test('with an attribute that nobody signed is refused', async () => {
    const cms = await signDetached(content, await signerOf(issue({ name: 'Signer' })), { signingTime });
    expect(codes(verifyDetached(withUnsignedAttribute(cms), content))).toEqual(['cms-not-canonical']);
  });

  test('made for a web server is refused even when its authority is trusted', async () => {
    const { root } = twoLevels();
    const server = issue({ name: 'www.example', issuer: root, purposes: [oid.serverAuth] });
    const signer: Signer = {
      chain: [new X509Certificate(server.certPem).raw],
      trusted: true,
      sign: (await signerOf(issue({ name: 'x' }))).sign,
    };
    await expect(signDetached(content, signer, { signingTime })).rejects.toMatchObject({ code: 'signature-refused' });
  });

  test('as PEM certificates in place of a signature is refused', () => {
    const pem = new TextEncoder().encode(toPem(Uint8Array.of(1)));
    expect(codes(verifyDetached(pem, content))).toEqual(['cms-unreadable']);
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function nested(depth: number): Uint8Array {
  return Buffer.concat([Buffer.from('3080'.repeat(depth), 'hex'), Buffer.from('0000'.repeat(depth), 'hex')]);
}

/** The last member of SignedData is the SET of signers; its content is written twice. */
function doubledSigner(info: asn1js.BaseBlock): Uint8Array {
  const signers = lastMember(signedDataOf(info));
  const [signer] = members(signers);
  if (signer !== undefined) members(signers).push(signer);
  return new Uint8Array(info.toBER(false));
}

function withUnsignedAttribute(cms: Uint8Array): Uint8Array {
  const info = asn1js.fromBER(cms).result;
  const [signer] = members(lastMember(signedDataOf(info)));
  const attribute = new asn1js.Sequence({
    value: [new asn1js.ObjectIdentifier({ value: '1.2.3.4' }), new asn1js.Set({ value: [new asn1js.Null()] })],
  });
  members(signer).push(new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: [attribute] }));
  return new Uint8Array(info.toBER(false));
}

const signedDataOf = (info: asn1js.BaseBlock): unknown => members(members(info)[1])[0];
const lastMember = (block: unknown): unknown => members(block).at(-1);

function members(block: unknown): asn1js.BaseBlock[] {
  if (block instanceof asn1js.Constructed) return block.valueBlock.value;
  throw new Error('the test signature has another shape');
}
