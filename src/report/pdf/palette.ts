import type { Tone } from '../block.ts';
import type { PageSize } from '../profile.schema.ts';

/** Points; `column` is the width inside the margins. Everything in the report is laid out inside it. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly column: number;
}

const sizes: Readonly<Record<PageSize, readonly [number, number]>> = { A4: [595.28, 841.89], Letter: [612, 792] };

export function pageOfSize(size: PageSize): Page {
  const [width, height] = sizes[size];
  return { width, height, left: 48, right: 48, top: 72, bottom: 60, column: width - 96 };
}

export const ink = {
  text: '#1c2530',
  muted: '#566070',
  line: '#d5dbe3',
  panel: '#f4f6f9',
  accent: '#1d4a73',
  paper: '#ffffff',
};

/** All text colours reach 4.5:1 on white. */
export const tones: Readonly<Record<Tone, { readonly text: string; readonly fill: string; readonly tint: string }>> = {
  good: { text: '#1f6b43', fill: '#3f9567', tint: '#e6f3ec' },
  bad: { text: '#a3241c', fill: '#c9483f', tint: '#fbeae8' },
  open: { text: '#855400', fill: '#dba03a', tint: '#fdf3e0' },
  eased: { text: '#54458f', fill: '#8d80c4', tint: '#eeebf8' },
  held: { text: '#6b5320', fill: '#ead5a8', tint: '#faf5e8' },
  quiet: { text: '#566070', fill: '#b9c1cc', tint: '#eef1f4' },
};

/** Every status, outcome and state that the report prints. */
const toneOf: Readonly<Record<string, Tone>> = {
  pass: 'good',
  met: 'good',
  valid: 'good',
  active: 'good',
  complete: 'good',
  readable: 'good',
  fail: 'bad',
  'not-met': 'bad',
  'said-no': 'bad',
  refused: 'bad',
  expired: 'bad',
  'evidence-mismatch': 'bad',
  denied: 'open',
  failed: 'open',
  truncated: 'open',
  incomplete: 'open',
  'not readable': 'open',
  unknown: 'open',
  unmatched: 'open',
  missing: 'open',
  'near-expiry': 'open',
  'future-dated': 'open',
  'out-of-scope': 'open',
  'attestation-needed': 'open',
  waived: 'eased',
  accepted: 'held',
  'met-with-waivers': 'eased',
  ready: 'good',
  'not ready': 'bad',
  supported: 'good',
  'supported-with-gaps': 'eased',
  'not-supported': 'bad',
  'attested-only': 'held',
  'waiting-for-customer': 'open',
  'new fails': 'bad',
  'newly unknown': 'open',
  fixed: 'good',
  'unknown before, pass now': 'good',
  'newly waived': 'eased',
  critical: 'bad',
  high: 'bad',
  medium: 'open',
};

export function tone(word: string): Tone {
  return Object.hasOwn(toneOf, word) ? (toneOf[word] ?? 'quiet') : 'quiet';
}
