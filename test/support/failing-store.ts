/** A protocol store that a test takes away for some of its calls. */
import { storeUnavailable } from '../../src/errors.ts';
import type { ProtocolStore } from '../../src/ports/protocol-store.ts';

/** A store whose calls fail from the one of `first` to the one of `last`, counted from the next. */
export function createFailing(store: ProtocolStore) {
  let [count, first, last] = [0, 0, -1];
  const guard =
    <Input extends readonly unknown[], Output>(call: (...input: Input) => Promise<Output>) =>
    (...input: Input): Promise<Output> => {
      count += 1;
      return count >= first && count <= last ? Promise.reject(storeUnavailable()) : call(...input);
    };
  const port: ProtocolStore = {
    find: guard(store.find),
    findWithUse: guard(store.findWithUse),
    findSessionByUid: guard(store.findSessionByUid),
    upsert: guard(store.upsert),
    consume: guard(store.consume),
    consumeKeeping: guard(store.consumeKeeping),
    hold: guard(store.hold),
    release: guard(store.release),
    destroy: guard(store.destroy),
  };
  return {
    port,
    fail(from: number, to = from) {
      [count, first, last] = [0, from, to];
    },
    mend: () => {
      last = -1;
    },
  };
}
