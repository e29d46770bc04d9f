/**
 * What sign-in leaves on a browser. The device token is a sealed cookie that names the accounts this browser has
 * signed in to: it proves nothing about a person, it only keeps a stranger's failures from locking the holder out
 * (OWASP, device cookies). The remembered identifier is an opaque token whose other half is sealed on the server.
 */
import type { Identifier } from '../../domain/identifier.ts';
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

interface Device {
  readonly deviceId: string;
  readonly accountIds: readonly string[];
}

type BrowserPorts = Pick<Ports, 'vault' | 'rememberedIdentifiers' | 'random'>;

const BINDING = 'browser:device';
const MAXIMUM_ACCOUNTS = 5;
/** How long a browser is known. */
const DEVICE_SECONDS = 180 * 24 * 60 * 60;

/** Reads the token; one that is absent, altered or sealed with a retired key is a browser never seen. */
export function readDevice(vault: Ports['vault'], token: string | undefined): Device {
  if (token === undefined) return { deviceId: '', accountIds: [] };
  try {
    return JSON.parse(vault.open(token, BINDING)) as Device;
  } catch {
    return { deviceId: '', accountIds: [] };
  }
}

/**
 * The key under which the failures of this browser are counted. One that has signed in to the account before has a count
 * of its own: strangers cannot lock it out.
 */
export function attemptsKeyOn(vault: Ports['vault'], { device: token }: BrowserTokens, accountId: string): string {
  const device = readDevice(vault, token);
  const key = accountAttemptsKey(accountId);
  return device.accountIds.includes(accountId) ? `${key}:device:${device.deviceId}` : key;
}

/** The token with this account added, the most recent first. */
export function rememberAccount(
  ports: Pick<Ports, 'vault' | 'random'>,
  token: string | undefined,
  accountId: string,
): string {
  const device = readDevice(ports.vault, token);
  const others = device.accountIds.filter((known) => known !== accountId);
  const next: Device = {
    deviceId: device.deviceId || ports.random.token(),
    accountIds: [accountId, ...others].slice(0, MAXIMUM_ACCOUNTS),
  };
  return ports.vault.seal(JSON.stringify(next), BINDING);
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
  const device = { value: rememberAccount(ports, tokens.device, accountId), seconds: DEVICE_SECONDS };
  if (tokens.remembered !== undefined) await ports.rememberedIdentifiers.forget(tokens.remembered);
  if (!remembered) return tokens.remembered === undefined ? { device } : { device, remembered: null };
  const value = ports.random.token();
  await ports.rememberedIdentifiers.save(value, remembered, rememberSeconds);
  return { device, remembered: { value, seconds: rememberSeconds } };
}
