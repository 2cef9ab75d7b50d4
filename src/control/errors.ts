export type ControlErrorCode = 'clock-unreadable' | 'duration-unreadable';

/** A sentence for a person and a code for a machine: what the roll-up was given and cannot judge by. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
