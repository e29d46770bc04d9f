/**
 * Where a request comes from. X-Forwarded-For is believed from configured proxies alone, and read from the right; one
 * that cannot be read is refused. An IPv6 address counts as its /64, which one subscriber holds whole.
 */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { ServiceError } from '../../errors.ts';

export interface ClientAddress {
  /** Canonical: an IPv4 address or an IPv6 /64. */
  readonly address: string;
  /** Whether the operator listed it as one that many people share. */
  readonly shared: boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** @param proxies ranges (CIDR) of trusted proxies and of shared addresses. */
export function createClientAddress(proxies: {
  readonly trusted: readonly string[];
  readonly shared: readonly string[];
}) {
  const trusted = proxies.trusted.map((cidr) => ipaddr.parseCIDR(cidr));
  const shared = proxies.shared.map((cidr) => ipaddr.parseCIDR(cidr));

  /** @throws ServiceError forwarded_header_unreadable. */
  return function clientAddress(req: IncomingMessage): ClientAddress {
    let address = ipaddr.process(req.socket.remoteAddress ?? '0.0.0.0');
    const hops = String(req.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => hop.trim());
    if (req.headers['x-forwarded-for'] !== undefined && isIn(address, trusted)) {
      for (const hop of hops.reverse()) {
        if (!ipaddr.isValid(hop)) throw new ServiceError('forwarded_header_unreadable');
        address = ipaddr.process(hop);
        if (!isIn(address, trusted)) break;
      }
    }
    return { address: canonical(address), shared: isIn(address, shared) };
  };
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some((range) => address.kind() === range[0].kind() && address.match(range as never));
}

function canonical(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const network = (address as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
