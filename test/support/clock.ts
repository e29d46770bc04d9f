/**
 * Time that tests move. `Date` of this process goes ahead, for our clock and for the libraries that read it themselves;
 * timers keep their pace. The stores keep a time of their own: what stands in them grows older instead.
 */
import { Redis } from 'ioredis';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';

const MachineDate = Date;
let aheadMs = 0;
let stoppedAt: number | undefined;
const now = () => stoppedAt ?? MachineDate.now() + aheadMs;

/** Has the prototype of `Date`, so that dates made before and after are of one class. */
const MovedDate = new Proxy(MachineDate, {
  construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
  apply: () => new MachineDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

export interface TestClock {
  /** Lets so much time pass, at once, for this process and for all that the stores hold. */
  advance(seconds: number): Promise<void>;
  giveBack(): void;
}

/** The clock of one service. @param redisUrl absent: what Redis would hold is in this process, and follows `Date`. */
export function createTestClock(databaseUrl: string, redisUrl: string | undefined): TestClock {
  let gained = 0;
  return {
    async advance(seconds) {
      gained += seconds;
      moveDate(seconds);
      const database = openDatabase(databaseUrl, 1);
      const redis = redisUrl ? new Redis(redisUrl) : undefined;
      await Promise.all([ageJobs(database, seconds), redis && ageRedis(redis, seconds)]);
      redis?.disconnect();
      await database.destroy();
    },
    giveBack() {
      moveDate(-gained);
      gained = 0;
    },
  };
}

/** By a negative number, time is given back. */
export function moveDate(seconds: number): void {
  aheadMs += Math.round(seconds * 1000);
  chooseDate();
}

/** `Date` of this process stands still there, to the millisecond; undefined lets it go on. */
export function stopDate(at: number | undefined): void {
  stoppedAt = at;
  chooseDate();
}

function chooseDate(): void {
  globalThis.Date = aheadMs === 0 && stoppedAt === undefined ? MachineDate : MovedDate;
}

/** Every record has so much less to live; the times that some hold, of a claim and of a lock, lie so much further back. */
const AGE = `
local passed = tonumber(ARGV[1])
for _, key in ipairs(redis.call('KEYS', '*')) do
  local life = redis.call('PTTL', key)
  if life >= 0 and life <= passed then
    redis.call('DEL', key)
  else
    if life >= 0 then redis.call('PEXPIRE', key, life - passed) end
    if key:sub(-8) == ':claimed' then redis.call('DECRBY', key, passed) end
    if key:sub(1, 9) == 'attempts:' then
      for _, time in ipairs({ 'forgetAt', 'lockedUntil', 'lockedBefore', 'dayEndsAt', 'told' }) do
        redis.call('HINCRBY', key, time, -passed)
      end
    end
  end
end`;

/** Lets time pass for all that a redis-server holds. */
export async function ageRedis(redis: Redis, seconds: number): Promise<void> {
  await redis.eval(AGE, 0, Math.round(seconds * 1000));
}

/** Lets time pass for jobs that wait. */
export async function ageJobs(database: Database, seconds: number): Promise<void> {
  await database.raw("update graphile_worker._private_jobs set run_at = run_at - ? * interval '1 second'", [seconds]);
}

/** Lets time pass for workers: those that live say so again at their next beat, those that are dead do not. */
export async function ageWorkers(database: Database, seconds: number): Promise<void> {
  await database.raw("update job_workers set seen_at = seen_at - ? * interval '1 second'", [seconds]);
  await database.raw("update graphile_worker._private_jobs set locked_at = locked_at - ? * interval '1 second'", [
    seconds,
  ]);
}
