/** Every way a key, a certificate or a signature can be refused before something is signed. */
export type X509ErrorCode =
  | 'bad-argument'
  | 'certificate-missing'
  | 'certificate-unreadable'
  | 'certificate-not-valid-at'
  | 'certificate-not-for-signing'
  | 'chain-broken'
  | 'key-encrypted'
  | 'key-unreadable'
  | 'key-unsupported'
  | 'key-mismatch'
  | 'signature-too-large'
  | 'signature-refused'
  | 'pdf-without-placeholder'
  | 'pdf-ambiguous';

/** A sentence for a person and a code for a machine. Never holds key material. */
export class X509Error extends Error {
  override readonly name = 'X509Error';
  readonly code: X509ErrorCode;

  constructor(code: X509ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
