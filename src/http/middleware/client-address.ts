/**
 * Where a request comes from. X-Forwarded-For is believed from configured proxies alone, and read from the right; one
 * that cannot be read is refused. An IPv6 address counts as its /64, which one subscriber holds whole.
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
    return { address: canonical(address), shared: isIn(address, shared) };
  };
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) =>
    address instanceof ipaddr.IPv4
      ? network instanceof ipaddr.IPv4 && address.match(network, bits)
      : network instanceof ipaddr.IPv6 && address.match(network, bits),
  );
}

function canonical(address: Address): string {
  if (address instanceof ipaddr.IPv4) return address.toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
