/** What a store that answers can still refuse: ready says it, people are told to try again, and the log tells it once. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import type { FailureReason, HealthPart } from '../../src/ports/monitoring.ts';
import type { PrivateSigningKey } from '../../src/ports/signing-keys.ts';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { cloneDatabase, type RedisServer, startRedis } from '../support/services.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually, untilReady } from '../support/wait.ts';

/** The limit of the check, and a second more for a machine that is busy. */
const BOUND_MS = 3000;

/** What each answer takes of a store that is slow: less than the 500 ms of a command, more than the half of them. */
const SLOW_MS = 400;

const ready = async (service: Service) => new Visitor().request(`${service.url}/health/ready`);
const readyLines = ({ logLines }: Service, from: number) =>
  logLines
    .slice(from)
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'not_ready' || event === 'ready_again');

interface Fault {
  readonly name: string;
  readonly part: HealthPart;
  readonly reason: FailureReason;
  /** What the store itself says. */
  readonly code: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** Ready names the fault, sign-in is 503 within bounds and grants nothing; afterwards all is well, and the log has two lines. */
async function assertTold(service: Service, party: RelyingParty, person: Person, fault: Fault): Promise<void> {
  const { part, reason, code } = fault;
  const from = service.logLines.length;
  const visitor = new Visitor();
  const { interaction } = await openInteraction(visitor, party);
  const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
  const half = await beginSignIn(party, person);
  await fault.begin();
  try {
    await assertNothingElse(service, party, tokens.access_token, interaction, visitor);
    if (part === 'redis') await assert.rejects(party.redeem(half.callback, half.checks), isAnswered503);
    for (let times = 0; times < 3; times++) {
      const answer = await signIn(visitor, interaction, person.identifier, PASSWORD);
      assert.equal(answer.status, 503, answer.text);
      assert.equal(answer.json.code, 'store_unavailable');
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
    }
    const told = await eventually('ready', async () => {
      const startedAt = performance.now();
      const answer = await ready(service);
      assert.ok(performance.now() - startedAt < BOUND_MS, `${performance.now() - startedAt} ms`);
      return answer.status === 503 && answer.json;
    });
    assert.deepEqual(told, { status: 'failing', failing: [part], reasons: { [part]: reason } });
  } finally {
    await fault.end();
  }
  await untilReady(service);
  if (part === 'redis')
    assert.ok((await party.redeem(half.callback, half.checks)).access_token, 'the code is not spent');
  assert.ok((await signInToTokens(new Visitor(), party, person.identifier, PASSWORD)).tokens.access_token);
  const lines = readyLines(service, from);
  assert.deepEqual(
    lines.map(({ event, level, details }) => ({ event, level, ...details })),
    [
      { event: 'not_ready', level: 50, part, reason, code },
      { event: 'ready_again', level: 30, part },
    ],
  );
}

/** The library keeps the answer as the cause, or the cause of the cause. */
function isAnswered503({ cause }: Error): boolean {
  const answer = cause instanceof Error ? cause.cause : cause;
  return answer instanceof Response && answer.status === 503;
}

/** To a code that is not redeemed yet. */
async function beginSignIn(party: RelyingParty, person: Person) {
  const visitor = new Visitor();
  const { interaction, checks } = await openInteraction(visitor, party);
  const answer = await signIn(visitor, interaction, person.identifier, PASSWORD);
  return { callback: (await visitor.request(answer.json.redirectTo)).location ?? '', checks };
}

/** What only reads may be served; what is not says when to try again. Nobody is told that something broke. */
async function assertNothingElse(
  service: Service,
  party: RelyingParty,
  accessToken: string,
  interaction: string,
  visitor: Visitor,
): Promise<void> {
  const authorization = (await party.begin()).url;
  for (const answer of [
    await new Visitor('json').request(authorization),
    await new Visitor('html').request(authorization),
    await visitor.request(interaction),
    await visitor.request(`${interaction}/password-recovery`),
    await visitor.request(`${service.url}/userinfo`, { headers: { Authorization: `Bearer ${accessToken}` } }),
    await visitor.request(`${service.url}/session/end`),
  ]) {
    assert.ok([200, 303, 503].includes(answer.status), `${answer.status} ${answer.text}`);
    if (answer.status === 503) assert.ok(Number(answer.headers.get('retry-after')) > 0, answer.text);
  }
}

describe('a Redis that answers, and does not do its work', () => {
  let servers: RedisServer[];
  let proxy: TcpProxy;
  let admin: Redis;
  let service: Service;
  let party: RelyingParty;
  let person: Person;
  const inCluster = async () => {
    const busPort = String(await findFreePort());
    const node = await startRedis(undefined, [
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      busPort,
      '--cluster-config-file',
      'nodes.conf',
    ]);
    servers.push(node);
    return node;
  };
  before(async () => {
    const server = await startRedis();
    servers = [server];
    admin = new Redis(server.url);
    proxy = await startTcpProxy(server.url);
    service = await startService({ env: { REDIS_URL: proxy.url } });
    party = await createRelyingParty(service.url);
    person = await createPerson(service);
  });
  after(async () => {
    admin.disconnect();
    await service.stop();
    await proxy.stop();
    for (const server of servers) await server.stop();
  });
  const config = (value: string) => () => admin.config('SET', 'maxmemory', value);
  const elsewhere = (url: () => Promise<string>) => async () => {
    proxy.leadTo(await url());
    proxy.cut();
  };

  const faults: readonly Fault[] = [
    { name: 'full', part: 'redis', reason: 'full', code: 'OOM', begin: config('1'), end: config('0') },
    {
      name: 'a replica',
      part: 'redis',
      reason: 'read-only',
      code: 'READONLY',
      begin: () => admin.replicaof('127.0.0.1', 1),
      end: () => admin.replicaof('NO', 'ONE'),
    },
    {
      name: 'without the right to run scripts',
      part: 'redis',
      reason: 'denied',
      code: 'NOPERM',
      begin: () => admin.acl('SETUSER', 'default', '-@scripting'),
      end: () => admin.acl('SETUSER', 'default', '+@all'),
    },
    {
      name: 'a node of a cluster, and not ours',
      part: 'redis',
      reason: 'wrong-node',
      code: 'CLUSTERDOWN',
      begin: elsewhere(async () => (await inCluster()).url),
      end: elsewhere(async () => servers[0]?.url ?? ''),
    },
  ];
  for (const fault of faults)
    it(`(${fault.name}) is named, with its reason and the code of Redis`, () =>
      assertTold(service, party, person, fault));

  it('and is slow: ready as long as people can sign in', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    proxy.delayAnswers(SLOW_MS);
    try {
      assert.equal((await signIn(visitor, interaction, person.identifier, PASSWORD)).status, 200);
      const answer = await ready(service);
      assert.equal(answer.status, 200, answer.text);
    } finally {
      proxy.delayAnswers(0);
    }
  });

  it('a master that has become a replica is left for the one at its address', async () => {
    const other = await startRedis();
    servers.push(other);
    await admin.replicaof('127.0.0.1', other.port);
    proxy.leadTo(other.url);
    const startedAt = performance.now();
    await eventually('a sign-in', () =>
      signInToTokens(new Visitor(), party, person.identifier, PASSWORD).catch(() => undefined),
    );
    assert.ok(performance.now() - startedAt < BOUND_MS, `${performance.now() - startedAt} ms`);
  });
});

describe('a PostgreSQL that answers, and does not do its work', () => {
  let service: Service;
  let party: RelyingParty;
  let person: Person;
  let databaseUrl: string;
  /** Of the owner of the server, to whom no limit applies. */
  let owner: ReturnType<typeof openDatabase>;
  const role = `identity_${process.pid}`;
  before(async () => {
    const url = await cloneDatabase();
    owner = openDatabase(url, 1, { patient: true });
    await owner.raw(`create role ${role} login password 'test'`);
    for (const schema of ['public', 'graphile_worker'])
      for (const what of ['schema', 'all tables in schema', 'all sequences in schema', 'all functions in schema'])
        await owner.raw(`grant all on ${what} ${schema} to ${role}`);
    const address = new URL(url);
    [address.username, address.password] = [role, 'test'];
    databaseUrl = address.href;
    service = await startService({ env: { DATABASE_URL: databaseUrl } });
    party = await createRelyingParty(service.url);
    person = await createPerson(service);
  });
  after(async () => {
    await service.stop();
    await owner.destroy();
  });
  /** What is set for a role holds for its next connections. */
  const forNewConnections = (sql: string) => async () => {
    await owner.raw(`alter role ${role} ${sql}`);
    await owner.raw('select pg_terminate_backend(pid) from pg_stat_activity where usename = ?', [role]);
  };

  const faults: readonly Fault[] = [
    {
      name: 'read-only',
      part: 'postgres',
      reason: 'read-only',
      code: '25006',
      begin: forNewConnections('set default_transaction_read_only = on'),
      end: forNewConnections('reset default_transaction_read_only'),
    },
    {
      // A trigger says what the disk would.
      name: 'full',
      part: 'postgres',
      reason: 'full',
      code: '53100',
      begin: async () => {
        await owner.raw(`create function no_room() returns trigger language plpgsql as
          $$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$`);
        await owner.raw('create trigger no_room before insert on audit_events execute function no_room()');
      },
      end: () => owner.raw('drop function no_room cascade'),
    },
    {
      name: 'with too many connections',
      part: 'postgres',
      reason: 'busy',
      code: '53300',
      begin: forNewConnections('connection limit 0'),
      end: forNewConnections('connection limit -1'),
    },
    {
      name: 'without a right',
      part: 'postgres',
      reason: 'denied',
      code: '42501',
      begin: () => owner.raw(`revoke insert on audit_events from ${role}`),
      end: () => owner.raw(`grant insert on audit_events to ${role}`),
    },
  ];
  for (const fault of faults)
    it(`(${fault.name}) is named, with its reason and the code of PostgreSQL`, () =>
      assertTold(service, party, person, fault));

  it('leaves nothing of what ready writes', async () => {
    const rows = async () => {
      const { rows: tables } = await owner.raw(
        "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
      );
      const counts: Record<string, unknown> = {};
      for (const { name } of tables) counts[name] = (await owner(name).count('*', { as: 'rows' }).first())?.rows;
      return counts;
    };
    await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
    const before = await rows();
    assert.ok(Number(before.audit_events) > 0, 'there are tables, and events in them');
    assert.equal((await ready(service)).status, 200);
    assert.deepEqual(await rows(), before);
  });
});

describe('a process that could not sign anybody in', () => {
  const partsOf = async (service: Service) => (await ready(service)).json.reasons;

  for (const seconds of [3, -3])
    it(`says so when its clock is ${seconds} seconds from that of PostgreSQL`, async () => {
      const clock = { now: () => new Date(Date.now() + seconds * 1000) };
      const service = await startService({ ports: { clock } });
      try {
        assert.deepEqual(await partsOf(service), { clock: 'apart' });
      } finally {
        await service.stop();
      }
    });

  it('does not mind a second', async () => {
    const service = await startService({ ports: { clock: { now: () => new Date(Date.now() + 1000) } } });
    try {
      assert.equal((await ready(service)).status, 200);
    } finally {
      await service.stop();
    }
  });

  it('says so when a signing key does not do its work', async () => {
    const keys: PrivateSigningKey[] = JSON.parse(testSecrets.SIGNING_KEYS ?? '').keys;
    let broken = false;
    const list = async () => keys.map((key) => (broken ? { ...key, d: 'AAAA' } : key));
    const service = await startService({ ports: { signingKeys: { list } } });
    try {
      broken = true;
      assert.deepEqual(await partsOf(service), { keys: 'unusable' });
    } finally {
      await service.stop();
    }
  });
});
