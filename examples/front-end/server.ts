/**
 * Serves the sample front end: files, and a policy that lets them talk to the identity service alone. It has no state and
 * sees nothing of what people type.
 *
 *   SERVICE=http://localhost:3000 PORT=4100 node server.ts
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 4100);
const service = new URL(process.env.SERVICE ?? 'http://localhost:3000').origin;

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' } as const;
const FILES = ['api.js', 'app.js', 'captcha.js', 'dom.js', 'form.js', 'identity-screen.js', 'screens.js', 'words.js'];

const page = read('index.html').replace('{service}', service);
const files = new Map([
  ['/', page],
  ...['style.css', ...FILES].map((name): [string, string] => [`/${name}`, read(name)]),
]);

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // The picture and the sound of a captcha, and the icon that is none.
    `img-src data: ${service}`,
    `media-src ${service}`,
    `connect-src ${service}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const server = createServer(({ url = '/', method }, response) => {
  const [path = '/'] = url.split('?');
  const body = files.get(path);
  const extension = path === '/' ? 'html' : path.split('.').at(-1);
  const type = Object.entries(TYPES).find(([name]) => name === extension)?.[1];
  if (body === undefined || type === undefined || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end('not found');
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Type': `${type}; charset=utf-8` }).end(method === 'HEAD' ? '' : body);
});

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

server.listen(port, 'localhost', () => console.log(`Sample front end: http://localhost:${port}/, of ${service}`));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// Started by another process, it does not outlive it.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop(), 2000).unref();

function stop(): void {
  server.close();
  server.closeAllConnections();
}
