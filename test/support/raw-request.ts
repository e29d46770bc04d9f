/** A request whose target is sent as it stands: `fetch` would tidy it up. */
import { request } from 'node:http';
import { randomAddress } from './visitor.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface RawOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The client address that the request comes from. */
  readonly from?: string;
}

/** @param target what stands between the method and the version on the first line. */
export function sendRaw(origin: string, target: string, options: RawOptions = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const { method = 'GET', body, from = randomAddress() } = options;
  const headers = { Accept: 'application/json', 'X-Forwarded-For': from, ...options.headers };
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: target, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
