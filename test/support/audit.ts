/** Audit events as tests read them, held against the catalogue; and the kind of a story that is none of the service's. */
import assert from 'node:assert/strict';
import { auditCatalogue } from '../../src/app/audit-catalogue.ts';
import type { AuditEvent, AuditKind } from '../../src/ports/audit-log.ts';
import { BEGUN, guardedKind } from '../../src/stories/kit/guarded-kind.ts';

/** An event of any kind. */
export interface RecordedEvent {
  readonly kind: string;
  readonly outcome: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly requestId?: string;
  readonly clientAddressIndex?: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

/** What each test changes a password with: it is told from whatever it stands beside. */
export const changedEvent = {
  kind: 'password-recovery',
  outcome: 'password-changed',
  clientId: 'mon-compte',
  requestId: 'request-1',
  clientAddressIndex: 'index-1',
} as const satisfies AuditEvent;

const riddleEvents = guardedKind(
  'Somebody solves a riddle.',
  {
    begun: BEGUN,
    authenticated: 'Whoever solved it is signed in.',
    'password-creation-required': 'Whoever solved it owes a password.',
    'riddle-solved': 'The answer is right.',
    right: 'The secret is right.',
    wrong: 'The secret is wrong.',
    changed: 'The riddle is another one.',
  },
  ['sign_in_failed', 'sign_in_locked', 'captcha_required', 'step_not_available', 'too_many_requests'],
);

declare module '../../src/ports/audit-log.ts' {
  interface AuditKinds {
    readonly riddle?: typeof riddleEvents;
  }
}

const catalogue: Readonly<Record<string, AuditKind>> = { ...auditCatalogue, riddle: riddleEvents };

/** Fails where the catalogue lacks it, or says otherwise what it names and carries. */
export function assertDeclared({ kind, outcome, details = {}, ...names }: RecordedEvent): void {
  const declared = catalogue[kind];
  assert.ok(declared, `${kind} is in the catalogue`);
  const told = declared.outcomes[outcome];
  assert.ok(told !== undefined || declared.refusals?.some((code) => code === outcome), `${kind} may be ${outcome}`);
  const own = typeof told === 'object' ? told : undefined;
  const naming = Object.entries(own?.names ?? declared.names);
  const given = Object.entries(names).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const always = naming.flatMap(([name, when]) => (when === 'always' ? [name] : []));
  assert.deepEqual(
    given.filter((name) => !naming.some(([known]) => known === name)),
    [],
    `${kind} names nothing else`,
  );
  assert.deepEqual(
    always.filter((name) => !given.includes(name)),
    [],
    `${kind} always names these`,
  );
  const carried = Object.entries(own?.details ?? {});
  assert.deepEqual(Object.keys(details).sort(), carried.map(([name]) => name).sort(), `the details of ${kind}`);
  for (const [name, { is }] of carried) {
    const value = details[name];
    assert.ok(typeof is === 'string' ? typeof value === is : is.some((one) => one === value), `${kind}: ${name}`);
  }
}
