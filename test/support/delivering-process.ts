/**
 * A process that delivers messages and is made to be killed: it says « sending <id> » when it has taken one, and then
 * hangs before the gateway, after it, or not at all. Arguments: database address, spool folder, where it hangs.
 */
import { createSpool } from '../../src/adapters/messages/spool/spool.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { startDelivery } from './delivery.ts';

const [databaseUrl = '', folder = '', hang = ''] = process.argv.slice(2);
const spool = createSpool(folder, systemClock);
const forever = new Promise<never>(() => setInterval(() => {}, 1000));

await startDelivery(databaseUrl, {
  async send(message) {
    if (hang === 'before') {
      console.log(`sending ${message.messageId}`);
      await forever;
    }
    const result = await spool.send(message);
    console.log(`sending ${message.messageId}`);
    if (hang === 'after') await forever;
    return result;
  },
});
console.log('started');
