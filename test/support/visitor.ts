/**
 * A browser without a screen: cookies by path, redirects one at a time, a client address of its own. A page of ours that
 * sends it on is gone through; one that sends it elsewhere has that as its `location`.
 */
import { randomInt } from 'node:crypto';
import { CookieJar } from 'tough-cookie';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is not. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails otherwise
  readonly json: any;
  readonly location: string | undefined;
}

export interface RequestOptions {
  readonly method?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class Visitor {
  readonly jar = new CookieJar();
  readonly address: string;
  readonly accept: string;

  constructor(accept: 'json' | 'html' = 'json', address = randomAddress()) {
    this.accept = accept === 'json' ? 'application/json' : 'text/html';
    this.address = address;
  }

  async request(url: string, options: RequestOptions = {}): Promise<Answer> {
    const headers = new Headers({ Accept: this.accept, 'X-Forwarded-For': this.address, ...options.headers });
    const cookies = await this.jar.getCookieString(url);
    if (cookies) headers.set('Cookie', cookies);
    let body = options.body;
    if (options.json !== undefined) {
      body = JSON.stringify(options.json);
      headers.set('Content-Type', 'application/json');
    } else if (options.form) {
      body = new URLSearchParams(options.form).toString();
      headers.set('Content-Type', 'application/x-www-form-urlencoded');
    }
    const method = options.method ?? (body === undefined ? 'GET' : 'POST');
    const response = await fetch(url, { method, headers, body, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) await this.jar.setCookie(cookie, url, { ignoreError: true });
    const text = await response.text();
    const refresh = response.headers.get('refresh')?.replace(/^0; url=/, '');
    // As a browser does, without a word of it to the person.
    if (refresh !== undefined && new URL(refresh, url).origin === new URL(url).origin)
      return this.request(new URL(refresh, url).href);
    const location = response.headers.get('location') ?? refresh ?? null;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: parseJson(text),
      location: location === null ? undefined : new URL(location, url).href,
    };
  }

  /** Posts a form as a browser does: the page that the answer leads to, where it leads to one of ours. */
  async submit(url: string, form: Readonly<Record<string, string>> | string): Promise<Answer & { url: string }> {
    const body = new URLSearchParams(form).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await this.request(url, { method: 'POST', body, headers });
    const { status, location } = answer;
    if (location === undefined || new URL(location).origin !== new URL(url).origin) return { ...answer, url };
    if (status !== 303) throw new Error(`a form was answered by ${status}`);
    return this.follow(location);
  }

  /** Follows redirects that stay on the origin of `url`. */
  async follow(url: string): Promise<Answer & { url: string }> {
    let current = url;
    for (let hops = 0; hops < 10; hops++) {
      const answer = await this.request(current);
      if (answer.location === undefined || new URL(answer.location).origin !== new URL(url).origin)
        return { ...answer, url: current };
      current = answer.location;
    }
    throw new Error('too many redirects');
  }
}

/** 10.x.y.z: one visitor, one address. */
export function randomAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** The token of the first form of a page. */
export function formTokenOf(page: string): string {
  return /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
