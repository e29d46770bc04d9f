/**
 * The wire of CaptchEtat v2 (PISTE): an OAuth2 token by client credentials, kept until it expires, and three calls.
 * Whatever the gateway does but answer as promised means that it is away.
 */
import { type ServiceError, storeUnavailable } from '../../errors.ts';
import type { Clock } from '../../ports/system.ts';

export interface CaptchetatSettings {
  /** Ends in /piste/captchetat/v2. */
  readonly apiUrl: string;
  /** Ends in /api/oauth/token. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs?: number;
}

export interface CaptchetatGateway {
  /** A new captcha of theirs and its picture. */
  createPicture(name: string): Promise<{ uuid: string; png: Buffer }>;
  sound(name: string, uuid: string): Promise<Buffer>;
  /** Whether the code is right. */
  validate(uuid: string, code: string): Promise<boolean>;
}

const SCOPE = 'piste.captchetat';
const TIMEOUT_MS = 3000;
/** A token is renewed this long before it ends, so that none ends on its way. */
const TOKEN_MARGIN_SECONDS = 30;
const PNG_SIGNATURE = '89504e470d0a1a0a';

export function createCaptchetatGateway(settings: CaptchetatSettings, clock: Clock): CaptchetatGateway {
  let token: { readonly value: Promise<string>; endsAt: number } | undefined;

  /** One request for a token, however many callers wait for it. */
  function currentToken(): Promise<string> {
    if (token && token.endsAt > clock.now().getTime()) return token.value;
    const value = requestToken();
    const requested = { value: value.then(({ text }) => text), endsAt: Number.POSITIVE_INFINITY };
    token = requested;
    value.then(
      ({ seconds }) => {
        requested.endsAt = clock.now().getTime() + (seconds - TOKEN_MARGIN_SECONDS) * 1000;
      },
      () => {
        if (token === requested) token = undefined;
      },
    );
    return requested.value;
  }

  async function requestToken(): Promise<{ text: string; seconds: number }> {
    const { clientId, clientSecret, tokenUrl } = settings;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: SCOPE,
    });
    const answer = await send(tokenUrl, { method: 'POST', body });
    if (!answer.ok) throw away(`token: ${answer.status}`);
    const { access_token, expires_in } = (await orAway(answer.json())) as Record<string, unknown>;
    if (typeof access_token !== 'string' || typeof expires_in !== 'number') throw away('token: unreadable');
    return { text: access_token, seconds: expires_in };
  }

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const attempt = async (value: string) =>
      send(`${settings.apiUrl}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${value}` } });
    const used = await currentToken();
    let answer = await attempt(used);
    if (answer.status === 401) {
      // Taken back before its time. Another caller may have renewed it meanwhile: only the refused one is dropped.
      const current = token;
      if ((await current?.value) === used && token === current) token = undefined;
      answer = await attempt(await currentToken());
    }
    if (!answer.ok) throw away(`${path.split('?')[0]}: ${answer.status}`);
    return answer;
  }

  function send(url: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(settings.timeoutMs ?? TIMEOUT_MS);
    return orAway(fetch(url, { ...init, signal, redirect: 'error' }));
  }

  return {
    async createPicture(name) {
      const answer = await call(`/simple-captcha-endpoint?${new URLSearchParams({ get: 'image', c: name })}`);
      const { uuid, imageb64 } = (await orAway(answer.json())) as Record<string, unknown>;
      const png = Buffer.from(String(imageb64).replace(/^data:image\/png;base64,/, ''), 'base64');
      if (typeof uuid !== 'string' || png.toString('hex', 0, 8) !== PNG_SIGNATURE) throw away('image: unreadable');
      return { uuid, png };
    },

    async sound(name, uuid) {
      const answer = await call(`/simple-captcha-endpoint?${new URLSearchParams({ get: 'sound', c: name, t: uuid })}`);
      const wav = Buffer.from(await orAway(answer.arrayBuffer()));
      if (wav.toString('latin1', 0, 4) !== 'RIFF') throw away('sound: unreadable');
      return wav;
    },

    async validate(uuid, code) {
      const answer = await call('/valider-captcha', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uuid, code }),
      });
      const verdict = (await orAway(answer.text())).trim();
      if (verdict !== 'true' && verdict !== 'false') throw away('valider-captcha: unreadable');
      return verdict === 'true';
    },
  };
}

async function orAway<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (cause) {
    throw away('no answer', cause);
  }
}

function away(reason: string, cause?: unknown): ServiceError {
  return storeUnavailable({ cause, details: { gateway: 'captchetat', reason } });
}
