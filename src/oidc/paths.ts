/** Where the protocol stands: what oidc-provider is told, and every path that it serves. */

export const protocolRoutes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  end_session: '/session/end',
  revocation: '/token/revocation',
} as const;

const CONFIRM = `${protocolRoutes.end_session}/confirm`;
const SUCCESS = `${protocolRoutes.end_session}/success`;
const RESUME = `${protocolRoutes.authorization}/:uid`;

/** What may be kept by whoever reads it. */
export const protocolPublished: ReadonlySet<string> = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  protocolRoutes.jwks,
]);

const GET = ['GET', 'HEAD'];
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ...[...protocolPublished].map((path) => [path, GET] as const),
  [protocolRoutes.authorization, [...GET, 'POST']],
  [RESUME, GET],
  [protocolRoutes.token, ['POST']],
  [protocolRoutes.revocation, ['POST']],
  [protocolRoutes.userinfo, [...GET, 'POST']],
  [protocolRoutes.end_session, [...GET, 'POST']],
  [CONFIRM, ['POST']],
  [SUCCESS, GET],
]);

/** In the router's spelling. The library folds case and drops a slash: nothing but these reaches it. */
export const protocolPaths: readonly string[] = [...METHODS.keys()];

/** The methods of a path, those that the library or we answer; none where there is no such path. */
export function protocolMethods(path: string): readonly string[] {
  const [, below] = path.split(`${protocolRoutes.authorization}/`);
  return METHODS.get(below ? RESUME : path) ?? [];
}
