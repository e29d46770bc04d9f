/** What a browser is remembered by. */
import type { Identifier } from '../domain/identifier.ts';

/** « Se souvenir de moi »: an opaque token on the browser, the identifier sealed here. */
export interface RememberedIdentifiers {
  find(token: string): Promise<Identifier | undefined>;
  save(token: string, identifier: Identifier, expiresInSeconds: number): Promise<void>;
  forget(token: string): Promise<void>;
}
