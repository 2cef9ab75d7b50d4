export type ReportErrorCode = 'REPORT_AS_OF' | 'REPORT_UNKNOWN_POLICY' | 'REPORT_FONT' | 'REPORT_SIGNATURE_TIME';

/** What a caller handed to a renderer cannot be rendered; the message says what to hand over instead. */
export class ReportError extends Error {
  readonly code: ReportErrorCode;

  constructor(code: ReportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReportError';
    this.code = code;
  }
}
