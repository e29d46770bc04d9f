/** People for tests: accounts with a NIR or a provisional identifier, each unlike any other. */
import { randomInt } from 'node:crypto';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { nirKey } from '../../src/domain/nir.ts';
import type { NewAccount } from '../../src/ports/accounts.ts';
import type { PasswordHash } from '../../src/ports/passwords.ts';
import type { Ports } from '../../src/ports/ports.ts';

export const PASSWORD = 'Ardoise-Ruisseau-48';
export const INITIAL_PASSWORD = '73019264';

export const identity: CivilIdentity = {
  birthName: 'LEFEBVRE',
  givenNames: 'CLAIRE MARIE',
  sex: 'female',
  birthDate: '1962-11-03',
  birthplace: { communeCode: '44109', countryCode: '99100' },
};

export interface Person {
  readonly accountId: string;
  readonly identifier: string;
}

/** A NIR that no other call returns, but for bad luck. */
export function randomNir(): string {
  const digits = (count: number) => String(randomInt(10 ** count)).padStart(count, '0');
  return `${randomInt(1, 3)}${digits(2)}${String(randomInt(1, 13)).padStart(2, '0')}${randomInt(10, 96)}${digits(3)}${digits(3)}`;
}

export function randomProvisional(): string {
  return `P${String(randomInt(10 ** 8)).padStart(8, '0')}`;
}

export function withKey(nir: string): string {
  return nir + String(nirKey(nir)).padStart(2, '0');
}

/** Where people are created: a service, or ports in memory. */
interface Home {
  readonly app: { readonly ports: Pick<Ports, 'accounts' | 'passwords'> };
}

let hashes = new Map<string, Promise<PasswordHash>>();
let hashedFor: Home | undefined;

/** Creates an account; hashes of equal passwords are made once a service. */
export async function createPerson(
  service: Home,
  {
    identifier = randomNir(),
    password = PASSWORD,
    initial = false,
    ...more
  }: Partial<NewAccount> extends infer More
    ? Omit<More, 'password' | 'identifiers'> & { identifier?: string; password?: string; initial?: boolean }
    : never = {},
): Promise<Person> {
  if (hashedFor !== service) [hashedFor, hashes] = [service, new Map()];
  const hash = hashes.get(password) ?? service.app.ports.passwords.hash(password);
  hashes.set(password, hash);
  const type = identifier.startsWith('P') ? 'provisional' : 'nir';
  const created = await service.app.ports.accounts.create({
    identifiers: [{ type, value: identifier }],
    civilIdentity: identity,
    identityVerified: true,
    locale: 'fr',
    ...more,
    password: { kind: initial ? 'initial-password' : 'password', hash: await hash },
  });
  if (!created) throw new Error('the identifier is already owned');
  return { accountId: created.accountId, identifier };
}
