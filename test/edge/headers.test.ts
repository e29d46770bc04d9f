/** Every header of one answer of each kind, letter for letter: headers.yaml. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ANSWERS, FRONT_END_ANSWERS, openForAnswers } from './support/answers.ts';
import { giveTimeBack, HTTP, HTTPS } from './support/edge.ts';

/** `null`: the answer lacks it. */
type Headers = Readonly<Record<string, string | null>>;

interface Snapshot {
  /** Of every answer, but where it says otherwise. */
  readonly every: Headers;
  readonly overTls: Headers;
  readonly answers: Readonly<Record<string, { readonly status: number } & Headers>>;
}

const { every, overTls, answers }: Snapshot = parse(
  readFileSync(path.join(import.meta.dirname, 'headers.yaml'), 'utf8'),
);

/** Of the connection, and of the length: Node says them. Cookies have a test of their own. */
const ORDINARY = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'set-cookie']);

const KINDS = [...Object.keys(ANSWERS), ...Object.keys(FRONT_END_ANSWERS)];

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What differs from one run to another has a name. */
function tidy(value: string, issuer: string): string {
  return value
    .replaceAll(issuer, '{issuer}')
    .replaceAll(encodeURIComponent(issuer), '{issuer}')
    .replace(/(interactions|authorize)\/[\w-]{43}/, '$1/{uid}')
    .replace(/interaction=[\w-]{43}/, 'interaction={uid}')
    .replace(/code=[\w-]{43}/, 'code={code}')
    .replace(UUID, '{id}');
}

for (const issuer of [HTTP, HTTPS])
  describe(`the headers of each kind of answer, over ${new URL(issuer).protocol}`, () => {
    let ask: Awaited<ReturnType<typeof openForAnswers>>;
    before(async () => {
      ask = await openForAnswers(issuer);
    });
    after(giveTimeBack);

    for (const says of KINDS)
      it(says, async () => {
        const { status, headers } = await ask(says);
        const sent = Object.entries(headers).filter(([name]) => !ORDINARY.has(name));
        const own = sent.map(([name, value]) => [name, tidy(String(value), issuer)] as const);
        const isOperators = says.includes('operators') || says.includes('report');
        const { status: expected, ...differs } = answers[says] ?? assert.fail(`headers.yaml lacks « ${says} »`);
        const all: Headers = { ...every, ...(issuer === HTTPS && !isOperators ? overTls : {}), ...differs };
        const wanted = Object.entries(all).filter(([, value]) => value !== null);
        assert.deepEqual(
          { status, ...Object.fromEntries(own.sort()) },
          { status: expected, ...Object.fromEntries(wanted.sort()) },
        );
      });

    it('are told of nothing else', () => {
      assert.deepEqual(Object.keys(answers), KINDS);
    });
  });
