/**
 * oidc-provider's pending authorization request, with where its person stands. The library ignores the uid of our URL:
 * it is compared with that of the cookie here, and the browser with the one that began.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction, InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Config } from '../../config/config.ts';
import { endOf } from '../../domain/time-limit.ts';
import { ServiceError } from '../../errors.ts';
import type { FlowState } from '../../ports/flow-states.ts';
import type { Ports } from '../../ports/ports.ts';
import { authTimeOf } from '../auth-time.ts';
import { pairwiseKey } from '../keys.ts';
import type { ProviderHolder } from '../provider-holder.ts';
import { createBrowserBinding } from './browser-binding.ts';
import { isHintedPerson, NOT_THE_HINTED_PERSON } from './hinted-person.ts';
import { createKeptState, type KeptState } from './kept-state.ts';

/** The relying party of an interaction: who asks, and where a lost person is led back to. */
export interface WayBack {
  readonly clientId: string;
  readonly name: string;
  readonly homeUrl: string;
  readonly locale?: 'fr' | 'en';
}

export interface Login {
  readonly accountId: string;
  readonly acr: string;
  readonly amr: readonly string[];
  readonly provedAt: Date;
}

/** How long an interaction lasts, unless a step is taken. */
export interface TimeLeft {
  readonly endsAt: Date;
  readonly seconds: number;
}

export interface PendingInteraction extends Omit<KeptState, 'current' | 'finish'> {
  /** It had ended by time, and begins anew: nothing is proved, and what was typed stays. */
  readonly isRestarted: boolean;
  timeLeft(): TimeLeft;
  readonly uid: string;
  readonly client: WayBack;
  readonly prompt: string;
  readonly scopes: readonly string[];
  readonly uiLocales: readonly string[];
  readonly loginHint?: string;
  state(): FlowState;
  /**
   * Ends the interaction with a sign-in; with `login_required` for its relying party when it asked for somebody else.
   * @returns where the browser goes next.
   * @throws ServiceError interaction_not_found where it is over meanwhile, and was followed; so do the other two.
   */
  finish(login: Login): Promise<string>;
  /** First-party clients: a request that only asks for consent has it. */
  consent(): Promise<string>;
  /** The person gives up: `access_denied` to the relying party (RFC 6749 §4.1.2.1). */
  cancel(): Promise<string>;
}

/** How long we remember where an interaction came from, to lead a lost person back. */
const TRACE_SECONDS = 2 * 60 * 60;

export type Interactions = ReturnType<typeof createInteractions>;

const OTHER_PERSON: InteractionResults = { error: 'login_required', error_description: NOT_THE_HINTED_PERSON };

/** @param providers the provider that answers now; an interaction keeps to the one that it was loaded by. */
export function createInteractions(
  providers: Pick<ProviderHolder, 'current' | 'of'>,
  ports: Pick<Ports, 'flowStates' | 'clock'>,
  config: Pick<Config, 'times' | 'session' | 'issuer' | 'secrets'>,
) {
  const binding = createBrowserBinding(config, ports.clock);
  const subjectKey = pairwiseKey(config.secrets.pairwiseKey);
  const now = () => Math.floor(ports.clock.now().getTime() / 1000);

  /**
   * Loads the interaction of the path.
   * @param restarts one that has ended by time begins anew.
   * @throws ServiceError interaction_not_found, _expired, _elsewhere.
   */
  async function load(
    req: IncomingMessage,
    res: ServerResponse,
    uid: string,
    restarts: boolean,
  ): Promise<PendingInteraction> {
    const provider = providers.of(req);
    const [interaction, found] = await Promise.all([
      findInteraction(provider, req, res, uid),
      ports.flowStates.find(uid),
    ]);
    if (!binding.isHeld(req, uid)) throw new ServiceError('interaction_elsewhere');
    const known = found?.state;
    if (known?.finished) throw new ServiceError('interaction_not_found');
    const clientId = String(interaction.params.client_id);
    const client = await provider.Client.find(clientId);
    if (!client) throw new ServiceError('interaction_not_found');
    const first = { clientId, lastStepAt: interaction.iat };
    const keepSeconds = Math.max(TRACE_SECONDS, config.times.interactionRestartSeconds);
    const kept = createKeptState(ports.flowStates, uid, found, first, now, keepSeconds);
    const endsAt = () => {
      const { beganAt = interaction.iat, lastStepAt } = kept.current();
      return Math.min(interaction.exp, endOf({ beganAt, lastStepAt }, config.times));
    };
    const isExpired = now() > endsAt();
    if (isExpired && !restarts) throw new ServiceError('interaction_expired');
    if (isExpired) await kept.restart();

    async function leave(result: InteractionResults, signedIn?: true): Promise<string> {
      const submitted = provider.interactionResult(req, res, result, { mergeWithLastSubmission: true });
      const returnTo = await submitted.catch(explainMissing);
      await kept.finish({ clientId, lastStepAt: now(), locale: kept.current().locale, signedIn });
      return returnTo;
    }

    return {
      uid,
      client: { clientId, name: client.clientName ?? clientId, homeUrl: String(client.clientUri) },
      prompt: interaction.prompt.name,
      scopes: listOf(interaction.params.scope),
      uiLocales: listOf(interaction.params.ui_locales),
      loginHint: typeof interaction.params.login_hint === 'string' ? interaction.params.login_hint : undefined,
      state: kept.current,
      isRestarted: isExpired,
      timeLeft: () => ({ endsAt: new Date(endsAt() * 1000), seconds: endsAt() - now() }),
      restart: kept.restart,
      begin: kept.begin,
      end: kept.end,
      save: kept.save,
      touch: kept.touch,
      async finish({ accountId, acr, amr, provedAt }) {
        if (!isHintedPerson(subjectKey, interaction.params, client, accountId)) return leave(OTHER_PERSON);
        await endOtherSession(provider, req, res, accountId);
        const login = { accountId, acr, amr: [...amr], remember: config.session.persistent, ts: authTimeOf(provedAt) };
        return leave({ login, consent: {} }, true);
      },
      consent: () => leave({ consent: {} }, true),
      cancel: () => leave({ error: 'access_denied', error_description: 'the end-user gave up' }),
    };
  }

  /**
   * Somebody else's session in this browser ends when another person signs in: its tokens end with it. (Left alone,
   * oidc-provider would ask for it with a page of its own that needs a click without JavaScript.)
   */
  async function endOtherSession(provider: Provider, req: IncomingMessage, res: ServerResponse, accountId: string) {
    // The library reads the cookies of the request and nothing else of its context.
    const session = await provider.Session.get({ req, res } as KoaContextWithOIDC);
    if (session.accountId === undefined || session.accountId === accountId) return;
    const interaction = await provider.interactionDetails(req, res);
    interaction.session = undefined;
    await interaction.save(interaction.exp - now());
    await session.destroy();
  }

  /** The relying party of an interaction that is over, as far as we remember it, in the language that was chosen. */
  async function findWayBack(uid: string): Promise<WayBack | undefined> {
    const found = await ports.flowStates.find(uid);
    const client = found && (await providers.current().Client.find(found.state.clientId));
    if (!client) return undefined;
    const { clientId, clientName = clientId, clientUri } = client;
    return { clientId, name: clientName, homeUrl: String(clientUri), locale: found.state.locale };
  }

  /**
   * Where an interaction led whose person signed in, for the browser that held it; undefined for any other. Once somebody
   * has been there, that is the home of the relying party.
   */
  async function findEnd(req: IncomingMessage, uid: string): Promise<string | undefined> {
    const found = binding.isHeld(req, uid) ? await ports.flowStates.find(uid) : undefined;
    if (!found?.state.signedIn) return undefined;
    const provider = providers.of(req);
    const interaction = await provider.Interaction.find(uid);
    if (interaction?.result) return interaction.returnTo;
    const client = await provider.Client.find(found.state.clientId);
    return client && String(client.clientUri);
  }

  return { load, findWayBack, findEnd };
}

async function findInteraction(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<Interaction> {
  const interaction = await provider.interactionDetails(req, res).catch(explainMissing);
  if (interaction.uid !== uid) throw new ServiceError('interaction_elsewhere');
  return interaction;
}

/** The library's own word for a record that has ended, or was followed. */
function explainMissing(error: unknown): never {
  if (error instanceof Error && error.name === 'SessionNotFound')
    throw new ServiceError('interaction_not_found', { cause: error });
  throw error;
}

/** A parameter that lists, separated by spaces. */
function listOf(parameter: unknown): readonly string[] {
  return String(parameter ?? '')
    .split(' ')
    .filter(Boolean);
}
