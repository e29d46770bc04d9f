/** Wrong versions of the edge, where no tool makes them: the table of the server, routes, forms, cookies, pages and answers. */
import type { WrongVersion } from './wrong-version.ts';

const LIMITS = ['test/edge/limits.test.ts'];
const FORMS = ['test/edge/forms.test.ts'];
const COOKIES = ['test/edge/cookies.test.ts'];
const WIRING = ['test/edge/wiring.test.ts'];
const HEADERS = ['test/edge/headers.test.ts'];
const PARTS = ['test/edge/parts.test.ts'];
const WAYS_BACK = ['test/edge/ways-back.test.ts'];
const SERVER = 'src/http/server.ts';
const CAPTCHAS = 'src/http/interactions/captcha-routes.ts';
const BROWSER_COOKIES = 'src/http/steps/browser-cookies.ts';
const FORM_TOKEN = 'src/http/steps/form-token.ts';
const RUN_STEP = 'src/http/steps/run-step.ts';
const RESPOND = 'src/http/steps/respond.ts';
const PAGES = 'src/http/pages/pages.ts';

/** A line of the table that is not there. */
const without = (line: string, says: string, tests: readonly string[]): WrongVersion => ({
  ...{ file: SERVER, from: `      ${line},\n`, to: '', says, tests },
});

const table: readonly WrongVersion[] = [
  without("['own address', ownAddress(issuer)]", 'Addresses are built from what a request says of its host.', WIRING),
  without("['goodbye', sayGoodbye(parts.isDraining)]", 'A process that stops keeps its connections.', WIRING),
  without("['security headers', securityHeaders(issuer)]", 'No answer has security headers.', HEADERS),
  without("['empty answers', emptyAnswers]", 'An empty answer says that it is text.', WIRING),
  without("['published', publish]", 'Keys and discovery are fetched for each token.', HEADERS),
  without("['provider of now', chooseProvider(providers)]", 'A request changes its provider in the middle.', WIRING),
  without("['log', logRequest(log, nameProtocol)]", 'Nothing says what was asked.', WIRING),
  without("['paths', refuseUnknownPaths(paths)]", 'A path in another spelling passes by its limit.', WIRING),
  without("['length', boundRequest]", 'A query is as long as anybody likes.', WIRING),
  without("['origin', checkOrigin(config, surfaces)]", 'A step is taken for the page of another origin.', HEADERS),
  without(
    "['methods', refuseMethods]",
    'A method that there is not is not told from a path that there is not.',
    HEADERS,
  ),
  without("['posts', answerPosts]", 'An authorization request that is posted has no session.', HEADERS),
  without("['leaving', leaveByPage(pages, resumed)]", 'A form leads to an application by a redirect.', HEADERS),
  without(
    "['throttle', throttleProtocol(throttle, throttles)]",
    'The endpoints of the protocol have no limit.',
    LIMITS,
  ),
  without("['retry', retryLater]", 'The provider does not say when to come back.', WIRING),
  {
    file: SERVER,
    from: "      ['browser', ownBrowser(createBrowserBinding(config, clock), createResumes(ports.protocolStore))],\n",
    to: '',
    says: 'Another browser resumes the interaction.',
    tests: WIRING,
  },
  {
    file: SERVER,
    from: 'createClientAddressThrottle(ports, proxies.sharedFactor)',
    to: 'createClientAddressThrottle(ports, 1)',
    says: 'A shared address has the limit of one person at the endpoints of the protocol.',
    tests: LIMITS,
  },
];

const limits: readonly WrongVersion[] = [
  {
    file: CAPTCHAS,
    from: 'windowSeconds: 3600',
    to: 'windowSeconds: 60',
    says: 'The limit of views of an hour is one of a minute.',
    tests: LIMITS,
  },
  {
    file: CAPTCHAS,
    from: '    await throttle(policy, ctx.state.clientAddress);\n',
    to: '',
    says: 'Pictures and sounds have no limit.',
    tests: LIMITS,
  },
  {
    file: CAPTCHAS,
    from: 'VIEWS_OF_ONE = 4',
    to: 'VIEWS_OF_ONE = 5',
    says: 'A captcha is seen once more than it may be.',
    tests: LIMITS,
  },
  {
    file: CAPTCHAS,
    from: 'createClientAddressThrottle(ports, config.proxies.sharedFactor)',
    to: 'createClientAddressThrottle(ports, 1)',
    says: 'A shared address sees as few captchas as one person.',
    tests: LIMITS,
  },
  {
    file: CAPTCHAS,
    from: 'return (await loadInteraction(interactions, ctx, uid)).placeId;',
    to: 'return uid;',
    says: 'A captcha is seen without the cookie of its interaction.',
    tests: LIMITS,
  },
  {
    file: CAPTCHAS,
    from: "name: 'captcha-views'",
    to: "name: 'captcha'",
    says: 'Views of captchas spend the limit of new ones.',
    tests: LIMITS,
  },
];

const forms: readonly WrongVersion[] = [
  {
    file: FORM_TOKEN,
    from: '{placeId}`',
    to: '{keys.length}`',
    says: 'One token fits the forms of every interaction.',
    tests: FORMS,
  },
  {
    file: FORM_TOKEN,
    from: 'given.length === expected.length && timingSafeEqual(given, expected)',
    to: 'given.length === expected.length',
    says: 'Any token of the right length fits.',
    tests: FORMS,
  },
  {
    file: FORM_TOKEN,
    from: 'keys.some((key)',
    to: 'keys.slice(0, 1).some((key)',
    says: 'A form that was open while the key changed is refused.',
    tests: FORMS,
  },
  {
    file: FORM_TOKEN,
    from: "tokenWith(keys[0] ?? '', placeId)",
    to: "tokenWith(keys.at(-1) ?? '', placeId)",
    says: 'Tokens are made with the key that goes.',
    tests: FORMS,
  },
  {
    file: RUN_STEP,
    from: '    formTokens.check(place.placeId, body.csrf);\n',
    to: '',
    says: 'A form needs no token.',
    tests: FORMS,
  },
  {
    file: 'src/http/interactions/interaction-routes.ts',
    from: "if (ctx.method === 'HEAD') {",
    to: "if (ctx.method === 'HEAD' && id !== 'showInteraction') {",
    says: 'HEAD gives consent and prolongs the interaction.',
    tests: FORMS,
  },
  {
    file: 'src/http/interactions/time-routes.ts',
    from: 'const body = await readJson(ctx);',
    to: 'const body = {};',
    says: 'The page of another origin prolongs an interaction by a form.',
    tests: WIRING,
  },
];

const cookies: readonly WrongVersion[] = [
  {
    file: BROWSER_COOKIES,
    from: 'httpOnly: true',
    to: 'httpOnly: false',
    says: 'A script reads the token of a browser.',
    tests: COOKIES,
  },
  {
    file: BROWSER_COOKIES,
    from: "sameSite: 'lax'",
    to: "sameSite: 'none'",
    says: 'The token of a browser is sent with the requests of other sites.',
    tests: COOKIES,
  },
  {
    file: BROWSER_COOKIES,
    from: '      secure,\n      signed',
    to: '      secure: false,\n      signed',
    says: 'The token of a browser is sent without TLS.',
    tests: COOKIES,
  },
  {
    file: BROWSER_COOKIES,
    from: "path: secure ? '/' : path",
    to: "path: '/'",
    says: 'Over http the token of a browser is sent to every path.',
    tests: COOKIES,
  },
  {
    file: BROWSER_COOKIES,
    from: 'token.seconds * 1000',
    to: 'token.seconds',
    says: 'A browser is known for minutes.',
    tests: COOKIES,
  },
  {
    file: BROWSER_COOKIES,
    from: 'value.length <= MAXIMUM_LENGTH',
    to: 'value.length < MAXIMUM_LENGTH',
    says: 'The longest token that fits is dropped.',
    tests: COOKIES,
  },
  {
    file: BROWSER_COOKIES,
    from: 'createCookieNames(ctx.secure)',
    to: 'createCookieNames(false)',
    says: 'Over TLS a token is read that another host planted.',
    tests: COOKIES,
  },
];

const answers: readonly WrongVersion[] = [
  {
    file: 'src/http/problem.ts',
    from: "ctx.set('Retry-After', String(refusal.retryAfterSeconds))",
    to: "ctx.set('Retry-After', '1')",
    says: 'Everybody comes back after a second.',
    tests: LIMITS,
  },
  {
    file: RESPOND,
    from: "ctx.state.wantsHtml && ctx.method === 'POST' ? byPage(to) : to",
    to: 'to',
    says: 'A form leads out by a redirect, which its policy blocks.',
    tests: FORMS,
  },
  {
    file: PAGES,
    from: 'from?.origin !== new URL(issuer).origin',
    to: 'from === null',
    says: 'A page of ours has a link to wherever its address says.',
    tests: WAYS_BACK,
  },
  {
    file: PAGES,
    from: 'from.pathname.startsWith(place) && from.pathname.length > place.length',
    to: 'from.pathname.startsWith(place)',
    says: 'A page leads back to no interaction.',
    tests: WAYS_BACK,
  },
  {
    file: PAGES,
    from: "ctx.set('Content-Security-Policy', FORM_LEADS_OUT);",
    to: '',
    says: 'The form for the relying party is blocked.',
    tests: HEADERS,
  },
  {
    file: 'src/http/pages/assets.ts',
    from: 'ctx.query.v === version',
    to: 'ctx.query.v',
    says: 'A file of another version is kept for a year.',
    tests: HEADERS,
  },
  {
    file: 'src/http/locale.ts',
    from: "asked.replace(/^[/\\\\]*/, '/')",
    to: 'asked',
    says: 'The link to the other language leads to another host.',
    tests: PARTS,
  },
  {
    file: 'src/http/ranges.ts',
    from: 'content.subarray(range.first, range.last + 1)',
    to: 'content.subarray(range.first, range.last)',
    says: 'A range lacks its last byte.',
    tests: PARTS,
  },
  {
    file: 'src/http/read-body.ts',
    from: "const LIMIT = '16kb'",
    to: "const LIMIT = '17kb'",
    says: 'A body without a length is longer than it may be.',
    tests: PARTS,
  },
  {
    file: 'src/http/places.ts',
    from: 'error.status < 500 ? await findWayBack(ctx.path) : undefined',
    to: 'await findWayBack(ctx.path)',
    says: 'A store that is away is asked again for each refusal.',
    tests: WAYS_BACK,
  },
  {
    file: 'src/http/oauth-error.ts',
    from: "ctx.vary('Origin');\n",
    to: '',
    says: 'What one origin may read is kept for another.',
    tests: WIRING,
  },
  {
    file: 'src/http/admin/server.ts',
    from: "      ['authentication', authenticate(contract, schemes)],\n",
    to: '',
    says: 'Anybody reports what became of messages.',
    tests: HEADERS,
  },
  {
    file: 'src/http/admin/server.ts',
    from: "      ['security headers', securityHeaders(address)],\n",
    to: '',
    says: 'The answers for operators have no security headers.',
    tests: HEADERS,
  },
  {
    file: 'src/http/admin/handlers.ts',
    from: "if (ctx.method === 'HEAD') throw",
    to: "if (ctx.method === 'TRACE') throw",
    says: 'HEAD reports what became of a message.',
    tests: WAYS_BACK,
  },
];

export const http: readonly WrongVersion[] = [...table, ...limits, ...forms, ...cookies, ...answers];
