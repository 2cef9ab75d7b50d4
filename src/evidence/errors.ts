/** Every way a bundle can be refused before it is written, or fail to be read at all. */
export type EvidenceErrorCode =
  | 'not-json'
  | 'bad-path'
  | 'duplicate-path'
  | 'sums-malformed'
  | 'output-exists'
  | 'not-a-file'
  | 'bundle-missing';

/** A sentence for a person and a code for a machine. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceErrorCode;

  constructor(code: EvidenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
