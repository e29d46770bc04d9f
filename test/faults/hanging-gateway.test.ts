import assert from 'node:assert/strict';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { type LocalServer, startLocalServer } from '../support/local-server.ts';
import { createPerson } from '../support/people.ts';
import { messagesTo } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

/** Far less than one call to a gateway that hangs: 10 s. */
const BOUND_SECONDS = 4;
const HELD_UP = 12;

const civilIdentity: CivilIdentity = {
  birthName: 'DUPONT',
  givenNames: 'MARIE',
  sex: 'female',
  birthDate: '1990-03-17',
  birthplace: { countryCode: '99155', city: 'KIEV' },
  parents: [],
};

describe('a gateway of SMS that hangs', () => {
  let gateway: LocalServer;
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    gateway = await startLocalServer(() => undefined);
    service = await startService({
      env: {
        MESSAGES_SMS: 'kannel',
        KANNEL_URL: gateway.url,
        KANNEL_USERNAME: 'u',
        KANNEL_PASSWORD: 'p',
        THROTTLE_RECOVERY_PER_HOUR: '500',
      },
    });
    party = await createRelyingParty(service.url);
  });
  after(async () => {
    await gateway?.stop();
    await service?.stop();
  });

  async function askForCode(kind: 'mobile' | 'email', value: string): Promise<void> {
    const { identifier } = await createPerson(service, {
      civilIdentity,
      contactPoints: [{ kind, value, verified: true }],
    });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const json = { identifierType: 'nir', identifier, birthDate: '17/03/1990', channel: 'sms' };
    const answer = await visitor.request(`${interaction}/password-recovery`, { json });
    assert.equal(answer.json?.status, 'code-sent', answer.text);
  }

  it('holds up neither a search nor a mail', async () => {
    for (let person = 0; person < HELD_UP; person++) await askForCode('mobile', `+336123498${10 + person}`);
    await eventually('a call that hangs', () => gateway.requests.length > 0);
    const begun = performance.now();
    await askForCode('email', 'held-up@example.test');
    await messagesTo(service, 'held-up@example.test');
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds < BOUND_SECONDS, `the mail took ${seconds.toFixed(1)} s`);
  }).timeout(30_000);
});
