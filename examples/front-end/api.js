/**
 * The calls of the JSON API: credentials always, JSON both ways, and every refusal as a problem (RFC 9457), that of a
 * network which fails included. Nothing here knows a screen.
 */

export const service = document.querySelector('meta[name=service]').content;
export const uid = new URL(location.href).searchParams.get('interaction') ?? '';
/** Where this interaction stands; its steps are below. */
export const base = `${service}/interactions/${encodeURIComponent(uid)}`;

/** By how much the clock of the service is before ours: `expiresAt` is a time of its clock. */
let clockAhead = 0;

export function now() {
  return Date.now() + clockAhead;
}

/**
 * @returns {Promise<{ answer?: object, problem?: object }>} one of the two.
 */
export async function ask(href, { method = 'GET', body, language } = {}) {
  const headers = { Accept: 'application/json' };
  // A body is JSON and says so: nothing else is taken from another origin.
  if (body) headers['Content-Type'] = 'application/json';
  if (language) headers['Accept-Language'] = language;
  try {
    const response = await fetch(href, {
      method,
      headers,
      credentials: 'include',
      cache: 'no-store',
      body: body && JSON.stringify(body),
    });
    const sentAt = Date.parse(response.headers.get('Date') ?? '');
    if (!Number.isNaN(sentAt)) clockAhead = sentAt - Date.now();
    const json = await response.json();
    return response.ok ? { answer: json } : { problem: json };
  } catch {
    // No answer, or one of a proxy that is not JSON.
    return { problem: { status: 0, code: 'no_answer' } };
  }
}

/** Takes a step of an answer, as it describes itself. */
export function take(step, body = {}) {
  return ask(step.href, { method: step.method, body: step.method === 'DELETE' ? undefined : body });
}

/** Of a list, when the service has none to give: an empty one. */
export async function list(path, language) {
  const { answer } = await ask(`${service}/reference/${path}`, { language });
  return answer ?? [];
}
