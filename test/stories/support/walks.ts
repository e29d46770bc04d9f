/** The steps that most tests take on their way. */
import type { NewAccount } from '../../../src/ports/accounts.ts';
import { createPerson, identity, PASSWORD, type Person, randomNir, randomProvisional } from '../../support/people.ts';
import type { Answer, TestPlace } from './place.ts';
import type { Stories } from './stories.ts';

export const WRONG_PASSWORD = 'Wrong-Password-1';
export const NEW_PASSWORD = 'Bruyère-Lanterne-73';
/** The birth date of `identity`, as it is typed. */
export const BIRTH_DATE = '03/11/1962';

let numbers = 0;

export interface ReachablePerson extends Person {
  readonly mobile: string;
  readonly email: string;
}

/** Somebody with a mobile number and an address that are nobody else's. */
export async function createReachable(
  stories: Stories,
  more: Parameters<typeof createPerson>[1] = {},
): Promise<ReachablePerson> {
  numbers += 1;
  const [mobile, email] = [`+336123${10_000 + numbers}`, `person-${numbers}@example.test`];
  const contactPoints = [
    { kind: 'email' as const, value: email, verified: true },
    { kind: 'mobile' as const, value: mobile, verified: true },
  ];
  const person = await createPerson(stories, { civilIdentity: identity, contactPoints, ...more });
  return { ...person, mobile, email };
}

/** Somebody with a NIR and a provisional identifier. */
export async function createWithBoth({ ports }: Stories, more: Partial<NewAccount> = {}) {
  const [nir, provisional] = [randomNir(), randomProvisional()];
  const created = await ports.accounts.create({
    identifiers: [
      { type: 'nir', value: nir },
      { type: 'provisional', value: provisional },
    ],
    civilIdentity: identity,
    identityVerified: true,
    locale: 'fr',
    password: { kind: 'password', hash: await ports.passwords.hash(PASSWORD) },
    ...more,
  });
  return { accountId: created?.accountId ?? '', nir, provisional };
}

/** A code that was asked for in a place, without a walk there. */
export const askedCode = {
  codeId: 'code-1',
  identifier: { type: 'provisional', value: 'P40718352' },
  birthDate: '1962-11-03',
  channel: 'sms',
  typed: { identifier: '40718352', birthDate: BIRTH_DATE, channel: 'sms' },
  askedAtMs: [0],
  typedAs: 'typed',
} as const;

export const typeOf = (identifier: string) => (identifier.startsWith('P') ? 'provisional' : 'nir');

export function signIn(place: TestPlace, identifier: string, password = PASSWORD, remember?: boolean): Promise<Answer> {
  return place.run('submitSignIn', { identifierType: typeOf(identifier), identifier, password, remember });
}

export function choosePassword(place: TestPlace, password: string, confirmation = password): Promise<Answer> {
  return place.run('submitPassword', { password, confirmation });
}

interface CodeRequest {
  readonly birthDate?: string;
  readonly channel?: 'sms' | 'mail';
}

export function askForCode(
  place: TestPlace,
  identifier: string,
  { birthDate = BIRTH_DATE, channel = 'sms' }: CodeRequest = {},
): Promise<Answer> {
  const identifierType = typeOf(identifier);
  return place.run('submitPasswordRecovery', { identifierType, identifier, birthDate, channel });
}

/** The code of the last message to this contact point. */
export function codeTo({ ports }: Stories, to: string): string {
  return /\d{6,9}/.exec(ports.notifier.textsTo(to).at(-1) ?? '')?.[0] ?? 'none came';
}

/** Asks for a code, and proves it. */
export async function proveCode(stories: Stories, place: TestPlace, person: ReachablePerson): Promise<Answer> {
  await askForCode(place, person.identifier);
  await stories.runJobs();
  return place.run('submitRecoveryCode', { code: codeTo(stories, person.mobile) });
}

export function changePassword(place: TestPlace, password = NEW_PASSWORD, confirmation = password): Promise<Answer> {
  return place.run('submitRecoveryPassword', { password, confirmation });
}
