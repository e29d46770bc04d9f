/**
 * What sign-in leaves on a browser. The device token is a sealed cookie that names the accounts this browser has
 * signed in to: it proves nothing about a person, it only keeps a stranger's failures from locking the holder out
 * (OWASP, device cookies). The remembered identifier is an opaque token whose other half is sealed on the server.
 */
import type { Identifier } from '../../domain/identifier.ts';
import type { Ports } from '../../ports/ports.ts';
import type { BrowserChange, FlowContext } from './outcome.ts';

interface Device {
  readonly deviceId: string;
  readonly accountIds: readonly string[];
}

const BINDING = 'browser:device';
const MAXIMUM_ACCOUNTS = 5;

/** Reads the token; one that is absent, altered or sealed with a retired key is a browser never seen. */
export function knownAccounts(vault: Ports['vault'], token: string | undefined): Device {
  if (token === undefined) return { deviceId: '', accountIds: [] };
  try {
    return JSON.parse(vault.open(token, BINDING)) as Device;
  } catch {
    return { deviceId: '', accountIds: [] };
  }
}

/** The token with this account added, the most recent first. */
export function rememberAccount(
  ports: Pick<Ports, 'vault' | 'random'>,
  token: string | undefined,
  accountId: string,
): string {
  const device = knownAccounts(ports.vault, token);
  const others = device.accountIds.filter((known) => known !== accountId);
  const next: Device = {
    deviceId: device.deviceId || ports.random.token(),
    accountIds: [accountId, ...others].slice(0, MAXIMUM_ACCOUNTS),
  };
  return ports.vault.seal(JSON.stringify(next), BINDING);
}

/**
 * What a completed sign-in leaves on the browser: the device token, and the remembered identifier when the box was
 * ticked. Unticked, whatever was remembered is forgotten.
 */
export async function afterSignIn(
  ports: Pick<Ports, 'vault' | 'rememberedIdentifiers' | 'random'>,
  rememberSeconds: number,
  context: FlowContext,
  accountId: string,
  identifier: Identifier | undefined,
  remember: boolean,
): Promise<BrowserChange> {
  const deviceToken = rememberAccount(ports, context.deviceToken, accountId);
  if (context.rememberedToken !== undefined) await ports.rememberedIdentifiers.forget(context.rememberedToken);
  if (!remember || !identifier)
    return context.rememberedToken === undefined ? { deviceToken } : { deviceToken, rememberedToken: null };
  const rememberedToken = ports.random.token();
  await ports.rememberedIdentifiers.save(rememberedToken, identifier, rememberSeconds);
  return { deviceToken, rememberedToken };
}
