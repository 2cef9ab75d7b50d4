import { X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describe, expect, test } from 'vitest';
import { orderChain, signingProblem, trustProblem } from '../../src/x509/chain.ts';
import { oid } from '../../src/x509/oid.ts';
import { extension, type Issued, issue, twoLevels } from './issue.ts';

const at = new Date('2026-06-01T12:00:00Z');
const { root, intermediate, leaf } = twoLevels();
const read = (...issued: readonly Issued[]): X509Certificate[] =>
  issued.map(({ certPem }) => new X509Certificate(certPem));

describe('trust', () => {
  test('reaches a root, an intermediate, or the signer itself', () => {
    for (const anchor of [root, intermediate, leaf]) {
      expect(trustProblem(read(leaf, intermediate), read(anchor), at)).toBeUndefined();
    }
  });

  test('is found when only one of several anchors and paths is good', () => {
    const expired = issue({ name: 'Test Intermediate', issuer: root, ca: true, to: '2026-02-01T00:00:00Z' });
    expect(trustProblem(read(leaf, intermediate), read(expired, issue({ name: 'x' }), root), at)).toBeUndefined();
  });

  test.each<[string, Issued, RegExp]>([
    ['is no authority', issue({ name: 'I', issuer: root }), /not a certificate authority/],
    ['may not sign certificates', issue({ name: 'I', issuer: root, ca: true, keyUsage: 0x80 }), /may not sign/],
    ['has expired', issue({ name: 'I', issuer: root, ca: true, to: '2026-05-01T00:00:00Z' }), /not valid at/],
    ['is not valid yet', issue({ name: 'I', issuer: root, ca: true, from: '2026-07-01T00:00:00Z' }), /not valid at/],
    ['has name constraints', issue({ name: 'I', issuer: root, ca: true, further: [nameConstraints()] }), /critical/],
    [
      'has an extension twice',
      issue({ name: 'I', issuer: root, ca: true, further: [twice()] }),
      /given twice|no given trust anchor/,
    ],
    [
      'has a key usage that is none',
      issue({ name: 'I', issuer: root, ca: true, further: [critical(oid.keyUsage)] }),
      /not readable|no given trust anchor/,
    ],
    [
      'has an unknown critical extension',
      issue({ name: 'I', issuer: root, ca: true, further: [critical('1.2.3.4')] }),
      /critical/,
    ],
    ['was issued by somebody else', issue({ name: 'I', ca: true }), /no given trust anchor/],
  ])('ends where a certificate between %s', (_, between, words) => {
    const signer = issue({ name: 'Signer', issuer: between });
    expect(trustProblem(read(signer, between), read(root), at)).toMatch(words);
  });

  test('ends where a chain is longer than an authority allows', () => {
    const further = issue({ name: 'Further', issuer: intermediate, ca: true });
    const signer = issue({ name: 'Signer', issuer: further });
    expect(trustProblem(read(signer, further, intermediate), read(root), at)).toMatch(/allows 0 intermediate/);
    expect(trustProblem(read(signer, further), read(further), at)).toBeUndefined();
  });

  test('ends at an anchor that has expired', () => {
    const old = issue({ name: 'Old', ca: true, to: '2026-02-01T00:00:00Z' });
    expect(trustProblem(read(issue({ name: 'Signer', issuer: old })), read(old), at)).toMatch(/not valid at/);
  });

  test('needs an anchor', () => {
    expect(trustProblem(read(leaf, intermediate, root), [], at)).toMatch(/no given trust anchor/);
  });
});

describe('a certificate for signing', () => {
  test.each<[string, Issued, RegExp | undefined]>([
    ['without limits', issue({ name: 'a' }), undefined],
    ['for digital signatures', issue({ name: 'a', keyUsage: 0x80 }), undefined],
    ['for non-repudiation alone', issue({ name: 'a', keyUsage: 0x40 }), undefined],
    ['for documents', issue({ name: 'a', purposes: [oid.documentSigning] }), undefined],
    ['for servers and documents', issue({ name: 'a', purposes: [oid.serverAuth, oid.documentSigning] }), undefined],
    ['for servers alone', issue({ name: 'a', purposes: [oid.serverAuth] }), /extended key usage/],
    ['for nothing', issue({ name: 'a', purposes: [] }), /extended key usage|not readable/],
    ['for certificates alone', issue({ name: 'a', keyUsage: 0x06 }), /key usage/],
    ['with a short key', issue({ name: 'a', keys: 'rsa1024' }), /1024 bits/],
    [
      'with an unreadable purpose',
      issue({ name: 'a', further: [critical(oid.extKeyUsage)] }),
      /extended key usage|not readable/,
    ],
  ])('%s is judged by its limits', (_, { certPem }, words) => {
    const problem = signingProblem(new X509Certificate(certPem));
    if (words === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(words);
  });
});

describe('putting a chain in order', () => {
  test('ends at a self-signed certificate and leaves strangers out', () => {
    const pool = read(root, issue({ name: 'stranger' }), intermediate, leaf);
    const [first] = read(leaf);
    const names = first === undefined ? [] : orderChain(first, pool).map(({ subject }) => subject);
    expect(names).toEqual(['CN=Test Signer', 'CN=Test Intermediate', 'CN=Test Root']);
  });

  test('ends when two authorities certify each other', () => {
    const a = issue({ name: 'A', ca: true });
    const b = { ...issue({ name: 'B', issuer: a, ca: true }) };
    const crossed = { ...a, certPem: issue({ name: 'A', issuer: b, ca: true }).certPem };
    const [first] = read(issue({ name: 'Signer', issuer: a }));
    expect(first === undefined ? 0 : orderChain(first, read(a, b, crossed)).length).toBe(2);
  });
});

function critical(id: string) {
  return extension(id, true, new asn1js.Null());
}

/** Admits every DNS name below example: well-formed, so that OpenSSL passes it on. */
function nameConstraints() {
  const base = new pkijs.GeneralName({ type: 2, value: 'example' });
  const constraints = new pkijs.NameConstraints({ permittedSubtrees: [new pkijs.GeneralSubtree({ base })] });
  return extension('2.5.29.30', true, constraints.toSchema());
}

function twice() {
  return extension(oid.basicConstraints, true, new asn1js.Sequence({ value: [] }));
}
