import { text, toLong, type Value } from '../value.ts';
import { fn, type ScalarFunction } from './signature.ts';

const hasIp = listed((source, address) => parseIp(address) !== null && standsIn(source, address, true));
const hasIpPrefix = listed((source, prefix) => isPrefix(prefix) && standsIn(source, prefix, !prefix.endsWith('.')));

/** IPv4 addresses and ranges. An address that cannot be read gives null. Source: Kusto, "ipv4_is_match()". */
export const IP_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ipv4_is_match: fn('string string long?', 'bool', (a: string, b: string, prefix?: number) => {
    const order = compareMasked(a, b, prefix);
    return order === null ? null : order === 0;
  }),
  ipv4_compare: fn('string string long?', 'long', compareMasked),
  ipv4_is_in_range: fn('string string', 'bool', isInRange),
  ipv4_is_in_any_range: fn('string json json*', 'bool', (address: string, ...ranges: Value[]) =>
    parseIp(address) === null ? null : ranges.flat().some((range) => isInRange(address, text(range)) === true),
  ),
  ipv4_is_private: fn('string', 'bool', isPrivate),
  parse_ipv4: fn('string', 'long', (address: string) => {
    const parsed = parseIp(address);
    return parsed === null ? null : masked(parsed.bits, parsed.prefix);
  }),
  parse_ipv4_mask: fn('string long', 'long', (address: string, prefix: number) => {
    const parsed = parseIp(address);
    return parsed === null || prefix < 0 || prefix > 32 ? null : masked(parsed.bits, Math.min(prefix, parsed.prefix));
  }),
  ipv4_netmask_suffix: fn('string', 'long', (address: string) => parseIp(address)?.prefix ?? null),
  format_ipv4: fn('any long?', 'string', (address: Value, prefix?: number) => formatted(address, prefix)?.ip ?? ''),
  format_ipv4_mask: fn('any long', 'string', (address: Value, prefix: number) => {
    const shown = formatted(address, prefix);
    return shown === null ? '' : `${shown.ip}/${shown.prefix}`;
  }),
  has_ipv4: hasIp.one,
  has_any_ipv4: hasIp.any,
  has_ipv4_prefix: hasIpPrefix.one,
  has_any_ipv4_prefix: hasIpPrefix.any,
};

/** A test of a text against one address, and the same against several, or an array of them. */
function listed(test: (source: string, address: string) => boolean): { one: ScalarFunction; any: ScalarFunction } {
  const any = (source: Value, ...addresses: Value[]) =>
    addresses.flat().some((address) => test(text(source), text(address)));
  return {
    one: fn('json string', 'bool', (source: Value, address: string) => test(text(source), address), { seesNull: true }),
    any: fn('json json json*', 'bool', any, { seesNull: true }),
  };
}

/** Whether the address stands in the text with no letter or digit beside it, and as a part of a whole address. */
function standsIn(source: string, wanted: string, whole: boolean): boolean {
  const found = source.matchAll(/(?<![\p{L}\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}]|\.\d)/gu);
  return Array.from(found, ([address]) => address).some(
    (address) => parseIp(address) !== null && (whole ? address === wanted : address.startsWith(wanted)),
  );
}

/** A whole address, or one to three of its parts with a dot behind. */
function isPrefix(prefix: string): boolean {
  return (
    parseIp(prefix) !== null ||
    (/^(?:\d{1,3}\.){1,3}$/.test(prefix) && prefix.split('.').every((part) => Number(part) <= 255))
  );
}

function formatted(address: Value, prefix: number | bigint = 32): { ip: string; prefix: number } | null {
  const parsed = typeof address === 'string' ? parseIp(address) : { bits: Number(toLong(address) ?? -1), prefix: 32 };
  if (parsed === null || parsed.bits < 0 || parsed.bits >= 2 ** 32 || prefix < 0 || prefix > 32) return null;
  const kept = Math.min(parsed.prefix, Number(prefix));
  const bits = masked(parsed.bits, kept);
  const ip = [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
  return { ip, prefix: kept };
}

interface Ip {
  readonly bits: number;
  readonly prefix: number;
}

export function parseIp(source: string): Ip | null {
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
