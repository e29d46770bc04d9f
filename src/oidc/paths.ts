/** Where the protocol stands: what oidc-provider is told, and every path that it serves. */

export const protocolRoutes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  end_session: '/session/end',
  revocation: '/token/revocation',
} as const;

/** In the router's spelling. The library folds case and drops a slash: nothing but these reaches it. */
export const protocolPaths: readonly string[] = [
  ...Object.values(protocolRoutes),
  `${protocolRoutes.authorization}/:uid`,
  `${protocolRoutes.end_session}/confirm`,
  `${protocolRoutes.end_session}/success`,
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];
