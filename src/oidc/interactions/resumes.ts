/**
 * An interaction that is over is resumed once, by one request. The library would end it first and answer then: what went
 * wrong in between would cost the sign-in, and of many requests at once each would get a code.
 */
import { STORE_RETRY_SECONDS } from '../../errors.ts';
import type { ProtocolStore } from '../../ports/protocol-store.ts';

const MODEL = 'Interaction';

export type Resumes = ReturnType<typeof createResumes>;

export function createResumes(store: Pick<ProtocolStore, 'find' | 'hold' | 'release' | 'consume' | 'destroy'>) {
  return {
    /** Whether its person has finished it; undefined when there is no such interaction. */
    async isFinished(uid: string): Promise<boolean | undefined> {
      const interaction = await store.find(MODEL, uid);
      return interaction && interaction.result !== undefined;
    },

    /**
     * Takes it for one request: true for that one. Whoever is told to come back finds it free again, also where this
     * process did not live to give it back.
     */
    begin: (uid: string): Promise<boolean> => store.hold(MODEL, uid, STORE_RETRY_SECONDS),

    /** Gives it back: the same browser may resume it again. */
    giveBack: (uid: string): Promise<void> => store.release(MODEL, uid),

    /** Ends it. @returns whether the caller may answer: true once, also for two that both held it, one after the other. */
    async end(uid: string): Promise<boolean> {
      const isFirst = await store.consume(MODEL, uid);
      // One that stays behind is consumed, and ends by itself.
      if (isFirst) await store.destroy(MODEL, uid).catch(() => {});
      return isFirst;
    },
  };
}
