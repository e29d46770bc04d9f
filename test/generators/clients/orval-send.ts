/** How orval's functions send: to the service, with the cookies of the browser. */
let address = '';
let sending: typeof fetch = fetch;

export function sendBy(base: string, send: typeof fetch): void {
  address = base;
  sending = send;
}

export async function send<Answer>(url: string, options: RequestInit): Promise<Answer> {
  const { status, headers, ...response } = await sending(address + url, { ...options, credentials: 'include' }).then(
    async (answer) => ({ status: answer.status, headers: answer.headers, data: await answer.json() }),
  );
  return { ...response, status, headers } as Answer;
}
