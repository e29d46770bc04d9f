/**
 * What oidc-provider knows of an account: whether it may be given anything, at every issue, and its claims. Civil
 * identity is spelled as FranceConnect spells it. The NIR leaves by userinfo alone, to entitled clients alone, and
 * each release is audited before it happens (décret 2019-341).
 */
import type { Client, Configuration, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { type AccountProfile, canSignIn, isSessionCurrent } from '../domain/account.ts';
import type { CivilIdentity } from '../domain/civil-identity.ts';
import type { Ports } from '../ports/ports.ts';
import { startOf } from './auth-time.ts';

/** Scope → claims, for oidc-provider. `openid` also carries the facts of the authentication itself. */
export const claimsByScope: NonNullable<Configuration['claims']> = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  // Those of the second line for a client that may ask for the pivot identity.
  profile: [
    ...['given_name', 'family_name', 'identifier_type', 'identity_verified'],
    ...['name', 'birthdate', 'gender'],
  ],
  identite_pivot: ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'],
  nir: ['nir'],
};

const FRANCE = '99100';

/** oidc-provider's findAccount: undefined for an account that is closed, suspended, or whose sessions were ended. */
export function createFindAccount(ports: Pick<Ports, 'accounts' | 'audit'>): FindAccount {
  return async (ctx, accountId, source) => {
    // Userinfo needs the profile anyway: one statement reads it with the state that is checked here.
    const profile = ctx.oidc.route === 'userinfo' ? await ports.accounts.findProfile(accountId) : undefined;
    const account = profile ?? (await ports.accounts.findById(accountId));
    if (!account || !canSignIn(account)) return undefined;
    if (!isSessionCurrent(account, await startOf(ctx, source, account))) return undefined;
    return {
      accountId,
      async claims(use, scope) {
        if (use !== 'userinfo' || !profile) return { sub: accountId };
        return { sub: accountId, ...(await claimsOf(ctx, profile, scope)) };
      },
    };
  };

  async function claimsOf(ctx: KoaContextWithOIDC, profile: AccountProfile, scope: string) {
    const scopes = scope.split(' ');
    const identity = profile.civilIdentity;
    return {
      ...(identity && { given_name: identity.givenNames, family_name: identity.birthName }),
      identifier_type: profile.identifiers.some(({ type }) => type === 'nir') ? 'nir' : 'provisional',
      identity_verified: profile.identityVerified,
      ...(identity && isEntitledToPivot(ctx.oidc.client) && standardClaims(identity)),
      ...(identity && scopes.includes('identite_pivot') && pivotClaims(identity)),
      ...(scopes.includes('nir') && (await releaseNir(ctx, profile))),
    };
  }

  async function releaseNir(ctx: KoaContextWithOIDC, profile: AccountProfile): Promise<{ nir?: string }> {
    const client = ctx.oidc.client;
    const nir = profile.identifiers.find(({ type }) => type === 'nir')?.value;
    if (client?.nir_entitled !== true || nir === undefined) return {};
    await ports.audit.record({
      kind: 'nir-release',
      outcome: 'released',
      accountId: profile.accountId,
      clientId: client.clientId,
    });
    return { nir };
  }
}

/** Without asking for it now: what its registration lets it ask for. */
function isEntitledToPivot(client: Client | undefined): boolean {
  return (client?.scope ?? '').split(' ').includes('identite_pivot');
}

/**
 * OpenID Connect Core §5.1, for libraries that know its claims alone. Of a birth date that the register knows in part the year
 * is told, and no day that was made up; `identity_verified` stands beside it.
 */
function standardClaims({ givenNames, birthName, birthDate, sex }: CivilIdentity) {
  const birthdate = birthDate.includes('-00') ? birthDate.slice(0, 4) : birthDate;
  return { name: `${givenNames} ${birthName}`.trim(), birthdate, gender: sex };
}

/** The pivot identity, in FranceConnect's spelling: unknown parts of the date are 01, `birthplace` is empty abroad. */
function pivotClaims(identity: CivilIdentity) {
  const { birthplace } = identity;
  return {
    birthdate: identity.birthDate.replaceAll('-00', '-01'),
    gender: identity.sex,
    birthplace: birthplace.countryCode === FRANCE ? (birthplace.communeCode ?? '') : '',
    birthcountry: birthplace.countryCode,
  };
}
