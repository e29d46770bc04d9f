/** A Redis Cluster of three nodes: a record and what stands beside it must share a slot, or its scripts are refused there. */
import { Cluster, Redis } from 'ioredis';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import type { KeyValueStore } from '../../src/ports/key-value-store.ts';
import { ageRedis } from '../support/clock.ts';
import { dumpRedis } from '../support/dump-redis.ts';
import { startRedis } from '../support/services.ts';
import { eventually } from '../support/wait.ts';
import type { Opening } from './backends.ts';

const RANGES = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
] as const;

/** A port over the key-value store of a cluster. */
export function onRedisCluster<Port>(create: (store: KeyValueStore) => Port): Opening<Port> {
  return {
    async open() {
      const servers = await Promise.all(
        RANGES.map(async () => {
          const busPort = String(await findFreePort());
          const more = ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-config-file', 'nodes.conf'];
          return { ...(await startRedis(undefined, more)), busPort };
        }),
      );
      const nodes = servers.map(({ url }) => new Redis(url));
      for (const [at, node] of nodes.entries()) {
        await node.cluster('ADDSLOTSRANGE', ...(RANGES[at] ?? []));
        for (const { port, busPort } of servers) await node.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
      }
      for (const node of nodes)
        await eventually('a cluster that is whole', async () =>
          String(await node.cluster('INFO')).includes('cluster_state:ok'),
        );
      const cluster = new Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port })));
      return {
        port: create(createRedisKeyValue(cluster)),
        async pass(seconds) {
          for (const node of nodes) await ageRedis(node, seconds);
        },
        atRest: async () => (await Promise.all(nodes.map((node) => dumpRedis(node)))).join('\n'),
        async close() {
          cluster.disconnect();
          for (const node of nodes) node.disconnect();
          for (const server of servers) await server.stop();
        },
      };
    },
  };
}
