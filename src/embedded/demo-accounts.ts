/** The demo accounts of config/demo-accounts.yaml: loaded in the embedded mode alone, once. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { CivilIdentity } from '../domain/civil-identity.ts';
import { parseIdentifier } from '../domain/identifier.ts';
import type { Ports } from '../ports/ports.ts';
import { projectRoot } from '../project-root.ts';

export interface DemoAccount {
  readonly who: string;
  readonly nir?: string;
  readonly provisional?: string;
  readonly password?: string;
  readonly initialPassword?: string;
  readonly identityVerified: boolean;
  readonly state?: 'active' | 'suspended' | 'closed';
  readonly locale?: 'fr' | 'en';
  readonly civilIdentity: CivilIdentity;
  readonly mobile?: string;
  readonly email?: string;
}

export function readDemoAccounts(): readonly DemoAccount[] {
  const file = path.join(projectRoot, 'config/demo-accounts.yaml');
  return (parse(readFileSync(file, 'utf8')) as { accounts: DemoAccount[] }).accounts;
}

/** Creates the accounts that are not there yet. */
export async function loadDemoAccounts(ports: Pick<Ports, 'accounts' | 'passwords'>): Promise<void> {
  await Promise.all(readDemoAccounts().map((account) => loadDemoAccount(ports, account)));
}

async function loadDemoAccount({ accounts, passwords }: Pick<Ports, 'accounts' | 'passwords'>, demo: DemoAccount) {
  const identifiers = [
    ...(demo.nir ? [parseIdentifier('nir', demo.nir)] : []),
    ...(demo.provisional ? [parseIdentifier('provisional', demo.provisional)] : []),
  ];
  const first = identifiers[0];
  if (!first || (await accounts.findForSignIn(first))) return;
  const kind = demo.password ? 'password' : 'initial-password';
  await accounts.create({
    identifiers,
    civilIdentity: demo.civilIdentity,
    identityVerified: demo.identityVerified,
    locale: demo.locale ?? 'fr',
    state: demo.state,
    password: { kind, hash: await passwords.hash(demo.password ?? demo.initialPassword ?? '') },
    contactPoints: [
      ...(demo.mobile ? [{ kind: 'mobile' as const, value: demo.mobile, verified: true }] : []),
      ...(demo.email ? [{ kind: 'email' as const, value: demo.email, verified: true }] : []),
    ],
  });
}
