/** Whether ranges of trusted proxies are so wide that strangers stand in them, and write their own client address. */
import ipaddr from 'ipaddr.js';

type Span = readonly [first: bigint, last: bigint];

/**
 * More public addresses than the proxies of anybody: 4 million of IPv4 (a /10), a /24 of IPv6. The content networks, which
 * list the most, stay well below both.
 */
const WORLDS = [
  { kind: 'ipv4', bits: 32, most: 2n ** 22n, own: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8'] },
  { kind: 'ipv6', bits: 128, most: 2n ** 104n, own: ['fc00::/7', 'fe80::/10', '::1/128'] },
] as const;

/** Counts what the ranges cover together, networks of one's own aside: two halves of the world are the world. */
export function trustsTheWorld(ranges: readonly string[]): boolean {
  return WORLDS.some(({ kind, bits, most, own }) => {
    const spans = ranges.flatMap((range) => spanOf(range, kind, bits));
    const ours = own.flatMap((range) => spanOf(range, kind, bits));
    // What is covered, without what is covered of our own networks.
    return sizeOf([...spans, ...ours]) - sizeOf(ours) > most;
  });
}

/** None for a range of the other kind. */
function spanOf(range: string, kind: 'ipv4' | 'ipv6', bits: number): readonly Span[] {
  const [network, length] = ipaddr.parseCIDR(range);
  if (network.kind() !== kind) return [];
  const size = 2n ** BigInt(bits - length);
  const address = BigInt(`0x${Buffer.from(network.toByteArray()).toString('hex')}`);
  const first = address - (address % size);
  return [[first, first + size - 1n]];
}

/** How many addresses stand in at least one of them. */
function sizeOf(spans: readonly Span[]): bigint {
  let size = 0n;
  let reached = -1n;
  for (const [first, last] of spans.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const from = first > reached ? first : reached + 1n;
    if (last < from) continue;
    size += last - from + 1n;
    reached = last;
  }
  return size;
}
