/** What tests of recovery need: the answer of a captcha, and the messages that left. */
import type { OwnChallenge } from '../../src/adapters/captcha/own.ts';
import { createLogger } from '../../src/adapters/logger.ts';
import { listSpool, type SpooledMessage } from '../../src/adapters/messages/spool/spool.ts';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { openChallenges } from './captchas.ts';
import type { Service } from './service.ts';
import { eventually } from './wait.ts';

/** The right answer, read behind the port: nowhere else is it to be had. */
export async function answerOf(service: Service, captchaId: string, interaction: string): Promise<string> {
  const redis = await connectRedis(service.config.redisUrl, createLogger('silent'));
  try {
    const challenges = openChallenges<OwnChallenge>({
      store: createRedisKeyValue(redis),
      vault: service.app.ports.vault,
    });
    const challenge = await challenges.find(captchaId, interaction.split('/').at(-1) ?? '');
    return challenge?.answer ?? 'unknown';
  } finally {
    redis.disconnect();
  }
}

/** Waits for the messages to this contact point. @throws Error when fewer have come in time. */
export async function messagesTo(service: Service, to: string, count = 1): Promise<readonly SpooledMessage[]> {
  return eventually(`${count} message(s)`, async () => {
    const messages = (await listSpool(service.spoolFolder)).filter((message) => message.to === to);
    return messages.length >= count && messages;
  });
}

/** Waits until all that was asked for is done: a message that has not come by then does not come. */
export async function untilJobsAreDone(service: Service): Promise<void> {
  const database = openDatabase(service.databaseUrl, 1);
  try {
    await eventually('the end of the jobs', async () => (await database('graphile_worker.jobs')).length === 0);
  } finally {
    await database.destroy();
  }
}

/** The time between two messages to one contact point passes. */
export async function passMessageInterval(service: Service): Promise<void> {
  await service.clock.advance(service.config.messages.secondsBetween);
}
