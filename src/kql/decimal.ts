/** An exact decimal number: `digits` / 10^`scale`. A class, so that JSON data can never look like one. */
export class Decimal {
  readonly digits: bigint;
  readonly scale: number;
  constructor(digits: bigint, scale: number) {
    this.digits = digits;
    this.scale = scale;
  }
  toJSON(): string {
    return decimalText(this);
  }
}

/** Digits kept after the point of a quotient, as .NET decimals do (28 significant digits). */
const QUOTIENT_SCALE = 28;
const MAX_DIGITS = 200;
const LARGEST = 10n ** 57n;

/** Reads `-1.50`, `1e3`; null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  const match = /^\s*([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text);
  if (match === null || text.length > MAX_DIGITS) return null;
  const fraction = match[3] ?? '';
  const digits = BigInt(`${match[2]}${fraction}`) * (match[1] === '-' ? -1n : 1n);
  const scale = fraction.length - Number(match[4] ?? 0);
  return scale >= 0 ? trimmed(digits, scale) : new Decimal(digits * 10n ** BigInt(-scale), 0);
}

export function decimalText(value: Decimal): string {
  const sign = value.digits < 0n ? '-' : '';
  const digits = String(value.digits < 0n ? -value.digits : value.digits).padStart(value.scale + 1, '0');
  if (value.scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

export function decimalNumber(value: Decimal): number {
  return Number(decimalText(value));
}

/** Exact value of a number as it is printed; null for NaN and infinities. */
export function decimalOf(value: number | bigint | Decimal): Decimal | null {
  if (value instanceof Decimal) return value;
  return typeof value === 'bigint' ? new Decimal(value, 0) : parseDecimal(String(value));
}

export function compareDecimal(left: Decimal, right: Decimal): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

export const DECIMAL_ARITHMETIC: Readonly<Record<string, (left: Decimal, right: Decimal) => Decimal | null>> = {
  '+': (left, right) => withAligned(left, right, (a, b) => a + b),
  '-': (left, right) => withAligned(left, right, (a, b) => a - b),
  '*': (left, right) => trimmed(left.digits * right.digits, left.scale + right.scale),
  '/': (left, right) => {
    if (right.digits === 0n) return null;
    const [a, b] = aligned(left, right);
    return trimmed((a * 10n ** BigInt(QUOTIENT_SCALE)) / b, QUOTIENT_SCALE);
  },
  '%': (left, right) => (right.digits === 0n ? null : withAligned(left, right, (a, b) => ((a % b) + b) % b)),
};

function withAligned(left: Decimal, right: Decimal, compute: (a: bigint, b: bigint) => bigint): Decimal | null {
  const [a, b, scale] = aligned(left, right);
  return trimmed(compute(a, b), scale);
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  return [left.digits * 10n ** BigInt(scale - left.scale), right.digits * 10n ** BigInt(scale - right.scale), scale];
}

/** Drops trailing zeros and digits beyond 28 decimals; null beyond 10^57, so that nothing can blow up. */
function trimmed(digits: bigint, scale: number): Decimal | null {
  let [rest, places] = [digits, scale];
  if (places > QUOTIENT_SCALE) [rest, places] = [rest / 10n ** BigInt(places - QUOTIENT_SCALE), QUOTIENT_SCALE];
  if (rest > LARGEST || rest < -LARGEST) return null;
  while (places > 0 && rest % 10n === 0n) {
    rest /= 10n;
    places--;
  }
  return new Decimal(rest, places);
}
