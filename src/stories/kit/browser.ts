/**
 * What sign-in leaves on a browser. The device token is a sealed cookie that names the accounts this browser has
 * signed in to, and when: it proves nothing about a person, it only gives the browser failures and limits of its own at
 * those accounts, which strangers do not spend (OWASP, device cookies). The remembered identifier is an opaque token whose
 * other half is sealed on the server.
 */
import type { Account } from '../../domain/account.ts';
import type { Identifier } from '../../domain/identifier.ts';
import { ACCOUNTS_PER_BROWSER, isStillKnown, KNOWN_SECONDS } from '../../domain/known-browser.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import type { Ports } from '../../ports/ports.ts';

/** Opaque tokens that this browser sent. */
export interface BrowserTokens {
  readonly remembered?: string;
  readonly device?: string;
}

/** What the edge writes on the browser; undefined leaves a token as it is, null removes it. */
export type BrowserChange = { readonly [Name in keyof BrowserTokens]?: TokenToWrite | null };

export interface TokenToWrite {
  readonly value: string;
  readonly seconds: number;
}

/** What the device token says. */
export interface Device {
  readonly deviceId: string;
  /** The most recent first. */
  readonly accounts: readonly KnownAccount[];
}

interface KnownAccount {
  readonly accountId: string;
  /** Epoch milliseconds of the last sign-in here. */
  readonly sinceMs: number;
}

export type KnownBrowserPorts = Pick<Ports, 'vault' | 'knownBrowsers' | 'clock'>;
type BrowserPorts = KnownBrowserPorts & Pick<Ports, 'rememberedIdentifiers' | 'random'>;

const BINDING = 'browser:device';
const NEVER_SEEN: Device = { deviceId: '', accounts: [] };

/** Reads the token; one that is absent, altered, of another shape or sealed with a retired key is a browser never seen. */
export function readDevice(vault: Ports['vault'], token: string | undefined): Device {
  if (token === undefined) return NEVER_SEEN;
  try {
    const device: Partial<Device> = JSON.parse(vault.open(token, BINDING));
    return typeof device.deviceId === 'string' && Array.isArray(device.accounts) ? (device as Device) : NEVER_SEEN;
  } catch {
    return NEVER_SEEN;
  }
}

/**
 * The key of what this browser spends of its own at an account: it has signed in to it before, and is among its newest.
 * @returns undefined for a stranger: what it does counts with what all strangers do.
 */
export async function findOwnKey(
  { knownBrowsers, clock }: Pick<KnownBrowserPorts, 'knownBrowsers' | 'clock'>,
  { deviceId, accounts }: Device,
  account: Account | undefined,
): Promise<string | undefined> {
  const known = account && accounts.find(({ accountId }) => accountId === account.accountId);
  if (!known || !isStillKnown(account, known.sinceMs, clock.now())) return undefined;
  if (!(await knownBrowsers.isKnown(account.accountId, deviceId))) return undefined;
  return `${accountAttemptsKey(account.accountId)}:device:${deviceId}`;
}

/** The key under which the failures of an identifier are counted, whoever it belongs to, if to anybody. */
export function identifierAttemptsKey(vault: Ports['vault'], { type, value }: Identifier): string {
  return `identifier:${vault.blindIndex(`identifier:${type}`, value)}`;
}

/** Makes this browser one of those that the account knows. @returns its token, with the account as the most recent. */
export async function makeKnown(
  ports: KnownBrowserPorts & Pick<Ports, 'random'>,
  token: string | undefined,
  accountId: string,
): Promise<TokenToWrite> {
  const device = readDevice(ports.vault, token);
  const deviceId = device.deviceId || ports.random.token();
  const others = device.accounts.filter((known) => known.accountId !== accountId);
  const accounts = [{ accountId, sinceMs: ports.clock.now().getTime() }, ...others].slice(0, ACCOUNTS_PER_BROWSER);
  await ports.knownBrowsers.remember(accountId, deviceId);
  const next: Device = { deviceId, accounts };
  return { value: ports.vault.seal(JSON.stringify(next), BINDING), seconds: KNOWN_SECONDS };
}

/** The identifier that this browser remembers. */
export async function findRemembered(
  ports: Pick<Ports, 'rememberedIdentifiers'>,
  { remembered }: BrowserTokens,
): Promise<Identifier | undefined> {
  return remembered ? await ports.rememberedIdentifiers.find(remembered) : undefined;
}

/**
 * What a completed sign-in leaves on the browser: the device token, and the remembered identifier when the box was
 * ticked. Unticked, whatever was remembered is forgotten.
 * @param rememberSeconds how long « Se souvenir de moi » keeps the identifier.
 */
export async function afterSignIn(
  ports: BrowserPorts,
  rememberSeconds: number,
  tokens: BrowserTokens,
  accountId: string,
  remembered: Identifier | undefined,
): Promise<BrowserChange> {
  const device = await makeKnown(ports, tokens.device, accountId);
  if (tokens.remembered !== undefined) await ports.rememberedIdentifiers.forget(tokens.remembered);
  if (!remembered) return tokens.remembered === undefined ? { device } : { device, remembered: null };
  const value = ports.random.token();
  await ports.rememberedIdentifiers.save(value, remembered, rememberSeconds);
  return { device, remembered: { value, seconds: rememberSeconds } };
}
