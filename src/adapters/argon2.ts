/**
 * argon2id (OWASP parameters) with a pepper that has a key id. The library hashes on libuv's threads, off the event
 * loop; how many run and wait at once is bounded, so that a flood ends in 503 and not in minutes of queue.
 * While stored hashes have several costs, each verification does one comparison at each of them, the real one among
 * them: the time says neither whether somebody exists nor how old their hash is.
 */
import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import pLimit from 'p-limit';
import { ServiceError } from '../errors.ts';
import type { PasswordHasher } from '../ports/passwords.ts';
import type { Clock } from '../ports/system.ts';

interface Argon2Settings {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
  readonly running: number;
  readonly waiting: number;
  /** The first hashes; all verify. */
  readonly peppers: readonly { readonly id: string; readonly key: Buffer }[];
  readonly clock: Clock;
  /** The costs of all stored hashes, as they are written in them (`m=19456,t=2,p=1`). Read at creation and now and then. */
  readCosts(): Promise<readonly string[]>;
}

/** One comparison at this cost, against a hash of no password. */
interface Cost {
  readonly text: string;
  readonly work: number;
  readonly dummy: string;
}

const BUSY_RETRY_SECONDS = 2;
/** How long an old cost is paid after its last hash is gone, at most. */
const READ_AGAIN_MS = 10 * 60 * 1000;
/** Costs at once. A hash of yet another is compared in the place of the cheapest. */
const MOST_COSTS = 4;
/** A hash this much dearer than those of today is compared for its holder alone: everybody would pay for it. */
const DEAREST = 8;

/** @throws Error when the costs of the stored hashes cannot be read. */
export async function createArgon2(settings: Argon2Settings): Promise<PasswordHasher> {
  const limit = pLimit(settings.running);
  const byId = new Map(settings.peppers.map(({ id, key }) => [id, key]));
  const newest = settings.peppers[0];
  if (!newest) throw new Error('argon2 needs a pepper');
  // argon2id is the library's default type; needsRehash below would tell if that changed.
  const parameters = {
    memoryCost: settings.memoryKiB,
    timeCost: settings.iterations,
    parallelism: settings.parallelism,
  };
  const costs = await createCosts(settings);

  function bounded<Value>(work: () => Promise<Value>): Promise<Value> {
    if (limit.pendingCount >= settings.waiting)
      return Promise.reject(new ServiceError('busy', { retryAfterSeconds: BUSY_RETRY_SECONDS }));
    return limit(work);
  }

  return {
    hash: (password) =>
      bounded(async () => ({
        encoded: await argon2.hash(password, { ...parameters, secret: newest.key }),
        pepperId: newest.id,
      })),

    async verify(password, hash) {
      const secret = hash ? byId.get(hash.pepperId) : newest.key;
      if (!secret)
        throw new ServiceError('internal_error', { details: { reason: 'unknown pepper', pepperId: hash?.pepperId } });
      const { all, own } = costs.around(hash?.encoded);
      return bounded(async () => {
        let right = false;
        for (const cost of all) {
          const isReal = hash !== undefined && cost === own;
          const equal = await argon2.verify(isReal ? hash.encoded : cost.dummy, password, { secret });
          right ||= isReal && equal;
        }
        return right;
      });
    },

    needsRehash: ({ encoded, pepperId }) => pepperId !== newest.id || argon2.needsRehash(encoded, parameters),
  };
}

async function createCosts({ memoryKiB, iterations, parallelism, clock, readCosts }: Argon2Settings) {
  const today = toCost(memoryKiB, iterations, parallelism);
  let all = choose(await readCosts());
  let readAt = clock.now().getTime();

  /** Today's, then the dearest of the others. */
  function choose(texts: readonly string[]): readonly Cost[] {
    const others = new Map(texts.flatMap(parseCost).map((cost) => [cost.text, cost]));
    others.delete(today.text);
    const bearable = [...others.values()].filter(({ work }) => work <= DEAREST * today.work);
    return [today, ...bearable.toSorted((one, other) => other.work - one.work).slice(0, MOST_COSTS - 1)];
  }

  /** Nobody waits for it: what is known meanwhile is too much work at worst, never too little. */
  function readAgainSometimes(): void {
    const now = clock.now().getTime();
    if (now - readAt < READ_AGAIN_MS) return;
    readAt = now;
    readCosts().then(
      (texts) => {
        all = choose(texts);
      },
      // The next verification after as long a time asks again.
      () => {},
    );
  }

  return {
    /** All comparisons to do, and which of them is the real one. A cost that is met for the first time is everybody's. */
    around(encoded: string | undefined): { readonly all: readonly Cost[]; readonly own: Cost | undefined } {
      readAgainSometimes();
      if (encoded === undefined) return { all, own: undefined };
      const [mine] = parseCost(encoded.split('$')[3] ?? '');
      const find = () => all.find(({ text }) => text === mine?.text);
      if (mine && !find()) all = choose([...all, mine].map(({ text }) => text));
      return { all, own: find() ?? all.at(-1) };
    },
  };
}

/** None for what argon2 does not write. */
function parseCost(text: string): readonly Cost[] {
  const given = new Map(text.split(',').map((part) => [part.slice(0, 2), Number(part.slice(2))]));
  const [memory, passes, lanes] = [given.get('m='), given.get('t='), given.get('p=')];
  return memory && passes && lanes ? [toCost(memory, passes, lanes)] : [];
}

function toCost(memory: number, passes: number, lanes: number): Cost {
  const text = `m=${memory},t=${passes},p=${lanes}`;
  const [salt, hash] = [randomBytes(16), randomBytes(32)].map((part) => part.toString('base64').replaceAll('=', ''));
  return { text, work: memory * passes, dummy: `$argon2id$v=19$${text}$${salt}$${hash}` };
}
