/** Every way an estate, a fault or the start of the emulator can be refused. The list is closed. */
export type EmulatorErrorCode =
  | 'estate-unreadable'
  | 'estate-invalid'
  | 'estate-duplicate'
  | 'fault-invalid'
  | 'port-in-use'
  | 'listen-failed';

/** A place in a file; line and column count from 1. `file` is relative to the estate's folder. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What is wrong (one sentence), where, and what to write instead; `message` starts with the place if there is one. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;
  readonly place: Place | undefined;

  constructor(code: EmulatorErrorCode, sentence: string, options: ErrorOptions & { place?: Place } = {}) {
    const { place, ...rest } = options;
    super(place === undefined ? sentence : `${placeText(place)} ${sentence}`, rest);
    this.code = code;
    this.place = place;
  }
}

function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
