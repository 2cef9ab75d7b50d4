import { text, type Value } from '../value.ts';
import { parseIp } from './ip.ts';
import { fn, type ScalarFunction } from './signature.ts';

/** IPv6 addresses and ranges; an IPv4 one counts as ::ffff:a.b.c.d. Source: Kusto, "ipv6_compare()". */
export const IPV6_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ipv6_compare: fn('string string long?', 'long', compareMasked),
  ipv6_is_match: fn('string string long?', 'bool', (a: string, b: string, prefix?: number) => {
    const order = compareMasked(a, b, prefix);
    return order === null ? null : order === 0;
  }),
  ipv6_is_in_range: fn('string string', 'bool', isInRange),
  ipv6_is_in_any_range: fn('string json json*', 'bool', (address: string, ...ranges: Value[]) =>
    parse(address) === null ? null : ranges.flat().some((range) => isInRange(address, text(range)) === true),
  ),
  parse_ipv6: fn('string', 'string', (address: string) => canonical(parse(address))),
  parse_ipv6_mask: fn('string long', 'string', (address: string, prefix: number | bigint) => {
    const parsed = parse(address);
    if (parsed === null || prefix < 0 || prefix > 128) return '';
    return canonical({ ...parsed, prefix: Math.min(parsed.prefix, Number(prefix)) });
  }),
};

interface Ip {
  readonly bits: bigint;
  readonly prefix: number;
}

function parse(source: string): Ip | null {
  const [address = '', suffix, more] = source.trim().split('/');
  const four = parseIp(source);
  if (four !== null) return { bits: 0xffff_0000_0000n + BigInt(four.bits), prefix: four.prefix + 96 };
  const prefix = suffix === undefined ? 128 : /^\d{1,3}$/.test(suffix) ? Number(suffix) : -1;
  if (more !== undefined || prefix < 0 || prefix > 128) return null;
  const groups = groupsOf(address);
  return groups === null ? null : { bits: groups.reduce((bits, group) => (bits << 16n) + BigInt(group), 0n), prefix };
}

/** Eight groups of 16 bits; `::` stands once for as many zeros as are missing, an IPv4 tail for two groups. */
function groupsOf(address: string): number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const four = tail === null ? null : parseIp(tail[2] ?? '');
  if (tail !== null && four === null) return null;
  const hex =
    four === null ? address : `${tail?.[1]}${(four.bits >>> 16).toString(16)}:${(four.bits % 65_536).toString(16)}`;
  const [left = '', right, more] = hex.split('::');
  if (more !== undefined) return null;
  const [head, end] = [left, right ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  if (head === undefined || end === undefined || ![...head, ...end].every((part) => /^[0-9a-f]{1,4}$/i.test(part)))
    return null;
  const missing = 8 - head.length - end.length;
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const zeros = Array.from({ length: missing }, () => '0');
  return [...head, ...zeros, ...end].map((part) => Number.parseInt(part, 16));
}

function masked({ bits }: Ip, prefix: number): bigint {
  const dropped = BigInt(128 - prefix);
  return (bits >> dropped) << dropped;
}

function canonical(address: Ip | null): string {
  if (address === null) return '';
  const hex = masked(address, address.prefix).toString(16).padStart(32, '0');
  return (hex.match(/.{4}/g) ?? []).join(':');
}

/** Compares under the shortest of both prefixes and the one given: -1, 0 or 1. */
function compareMasked(left: string, right: string, prefix: number | bigint = 128): number | null {
  const [a, b] = [parse(left), parse(right)];
  if (a === null || b === null || prefix < 0 || prefix > 128) return null;
  const shortest = Math.min(a.prefix, b.prefix, Number(prefix));
  const [x, y] = [masked(a, shortest), masked(b, shortest)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function isInRange(address: string, range: string): boolean | null {
  const [ip, net] = [parse(address), parse(range)];
  if (ip === null || net === null) return null;
  return masked(ip, net.prefix) === masked(net, net.prefix);
}
