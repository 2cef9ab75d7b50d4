import { fn, type ScalarFunction } from './signature.ts';

/** IPv4 addresses and ranges. An address that cannot be read gives null. Source: Kusto, "ipv4_is_match()". */
export const IP_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ipv4_is_match: fn('string string long?', 'bool', (a: string, b: string, prefix?: number) => {
    const order = compareMasked(a, b, prefix);
    return order === null ? null : order === 0;
  }),
  ipv4_compare: fn('string string long?', 'long', compareMasked),
  ipv4_is_in_range: fn('string string', 'bool', isInRange),
  ipv4_is_in_any_range: fn('string string string*', 'bool', (address: string, ...ranges: string[]) =>
    parseIp(address) === null ? null : ranges.some((range) => isInRange(address, range) === true),
  ),
  ipv4_is_private: fn('string', 'bool', isPrivate),
  parse_ipv4: fn('string', 'long', (address: string) => {
    const parsed = parseIp(address);
    return parsed === null ? null : masked(parsed.bits, parsed.prefix);
  }),
};

interface Ip {
  readonly bits: number;
  readonly prefix: number;
}

function parseIp(source: string): Ip | null {
  const match = /^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?\s*$/.exec(source);
  if (match === null) return null;
  const parts = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if (parts.some((part) => part > 255) || prefix > 32) return null;
  return { bits: parts.reduce((bits, part) => bits * 256 + part, 0), prefix };
}

function masked(bits: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(bits / size) * size;
}

/** Compares under the shortest of both prefixes and the one given: -1, 0 or 1. */
function compareMasked(left: string, right: string, prefix: number | bigint = 32): number | null {
  const [a, b] = [parseIp(left), parseIp(right)];
  if (a === null || b === null || prefix < 0 || prefix > 32) return null;
  const shortest = Math.min(a.prefix, b.prefix, Number(prefix));
  return Math.sign(masked(a.bits, shortest) - masked(b.bits, shortest));
}

function isInRange(address: string, range: string): boolean | null {
  const [ip, net] = [parseIp(address), parseIp(range)];
  if (ip === null || net === null) return null;
  return masked(ip.bits, net.prefix) === masked(net.bits, net.prefix);
}

/** RFC 1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function isPrivate(address: string): boolean | null {
  return parseIp(address) === null ? null : PRIVATE.some((range) => isInRange(address, range) === true);
}
