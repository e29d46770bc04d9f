/**
 * Where a request comes from. X-Forwarded-For is believed from configured proxies alone, and read from the right; one
 * that cannot be read is refused.
 */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { ClientAddress } from '../../domain/client-address.ts';
import { ServiceError } from '../../errors.ts';
import type { Middleware } from '../request-state.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Ranges (CIDR) of trusted proxies and of shared addresses. */
interface Proxies {
  readonly trusted: readonly string[];
  readonly shared: readonly string[];
}

export function findClientAddress(proxies: Proxies): Middleware {
  const clientAddressOf = createClientAddress(proxies);
  return (ctx, next) => {
    ctx.state.clientAddress = clientAddressOf(ctx.req);
    return next();
  };
}

function createClientAddress(proxies: Proxies) {
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
    return { ...countedAs(address), shared: isIn(address, shared) };
  };
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) =>
    address instanceof ipaddr.IPv4
      ? network instanceof ipaddr.IPv4 && address.match(network, bits)
      : network instanceof ipaddr.IPv6 && address.match(network, bits),
  );
}

/**
 * A subscriber holds an IPv6 /64, often a /56, and a company a /48: each has a limit, the wider the higher, so that nobody
 * escapes one by going on to the next /64.
 */
const NETWORKS = [
  { bits: 56, factor: 4 },
  { bits: 48, factor: 16 },
] as const;

function countedAs(address: Address): Pick<ClientAddress, 'address' | 'networks'> {
  if (address instanceof ipaddr.IPv4) return { address: address.toString() };
  const networks = NETWORKS.map(({ bits, factor }) => ({ address: networkOf(address, bits), factor }));
  return { address: networkOf(address, 64), networks };
}

function networkOf(address: ipaddr.IPv6, bits: number): string {
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`;
}
