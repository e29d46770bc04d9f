/** A local CaptchEtat: tokens that end, captchas of one use, and on demand the ways in which a gateway fails. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CaptchetatServer {
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly answers: ReadonlyMap<string, string>;
  /** Calls received so far, by path. */
  readonly calls: ReadonlyMap<string, number>;
  /** Tokens given so far are refused from now on. */
  revokeTokens(): void;
  /** What every call of the API does instead of its work; undefined: its work. */
  fail(how: 'hang' | 'status-500' | 'html' | 'refuse-token' | 'redirect' | undefined): void;
  /** Whether a captcha also ends by a wrong answer. */
  setStrict(strict: boolean): void;
  stop(): Promise<void>;
}

export const CLIENT = { clientId: 'mon-compte', clientSecret: 'secret of the test' } as const;

const API = '/piste/captchetat/v2';
const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

export async function startCaptchetatServer(tokenSeconds = 3600): Promise<CaptchetatServer> {
  const answers = new Map<string, string>();
  const sounds = new Map<string, Buffer>();
  const calls = new Map<string, number>();
  const tokens = new Set<string>();
  let failure: Parameters<CaptchetatServer['fail']>[0];
  let strict = false;

  function giveToken(body: string, response: ServerResponse): void {
    const form = new URLSearchParams(body);
    const known =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === CLIENT.clientId &&
      form.get('client_secret') === CLIENT.clientSecret &&
      form.get('scope') === 'piste.captchetat';
    if (!known) {
      reply(response, 401, { error: 'invalid_client' });
      return;
    }
    const token = randomBytes(16).toString('hex');
    tokens.add(token);
    reply(response, 200, { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds, scope: '' });
  }

  function giveObject(query: URLSearchParams, response: ServerResponse): void {
    const sound = sounds.get(query.get('t') ?? '');
    if (!['captchaFR', 'captchaEN'].includes(query.get('c') ?? '')) reply(response, 400, {});
    else if (query.get('get') === 'image') giveImage(response);
    else if (query.get('get') !== 'sound' || !sound) reply(response, 404, {});
    else response.writeHead(200, { 'content-type': 'audio/x-wav' }).end(sound);
  }

  function giveImage(response: ServerResponse): void {
    const uuid = randomUUID();
    answers.set(uuid, randomBytes(3).toString('hex').toUpperCase());
    sounds.set(uuid, Buffer.concat([Buffer.from('RIFF'), randomBytes(40)]));
    const png = Buffer.concat([PNG_SIGNATURE, randomBytes(64)]);
    reply(response, 200, { uuid, imageb64: `data:image/png;base64,${png.toString('base64')}` });
  }

  function validate(body: string, response: ServerResponse): void {
    const { uuid, code } = JSON.parse(body) as { uuid: string; code: string };
    const right = answers.get(uuid) === code.toUpperCase();
    if (right || strict) answers.delete(uuid);
    reply(response, 200, right);
  }

  function failInstead(response: ServerResponse): boolean {
    if (failure === 'status-500') reply(response, 500, { error: 'away' });
    else if (failure === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>');
    else if (failure === 'refuse-token') reply(response, 401, {});
    else if (failure === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
    return failure !== undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = (await request.toArray()).join('');
    calls.set(url.pathname, (calls.get(url.pathname) ?? 0) + 1);
    const authorised = tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? '');
    if (url.pathname === '/api/oauth/token') giveToken(body, response);
    else if (failInstead(response)) return;
    else if (!authorised) reply(response, 401, {});
    else if (url.pathname === `${API}/simple-captcha-endpoint`) giveObject(url.searchParams, response);
    else if (url.pathname === `${API}/valider-captcha` && request.method === 'POST') validate(body, response);
    else reply(response, 404, {});
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    apiUrl: `${origin}${API}`,
    tokenUrl: `${origin}/api/oauth/token`,
    answers,
    calls,
    revokeTokens: () => tokens.clear(),
    fail: (how) => {
      failure = how;
    },
    setStrict: (value) => {
      strict = value;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
