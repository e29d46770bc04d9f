/**
 * oidc-provider's pending authorization request, with where its person stands. The library ignores the uid of our URL:
 * it is compared with that of the cookie here, and the browser with the one that began.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction, InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import { ServiceError } from '../errors.ts';
import type { ProofChange, UnfinishedState } from '../ports/flow-states.ts';
import type { Ports } from '../ports/ports.ts';
import { authTimeOf } from './auth-time.ts';
import { createBrowserBinding } from './browser-binding.ts';
import { isHintedPerson, NOT_THE_HINTED_PERSON } from './hinted-person.ts';
import { pairwiseKey } from './keys.ts';
import type { ProviderHolder } from './provider-holder.ts';

/** The relying party of an interaction: who asks, and where a lost person is led back to. */
export interface WayBack {
  readonly clientId: string;
  readonly name: string;
  readonly homeUrl: string;
  readonly locale?: 'fr' | 'en';
}

/** What a step changed. */
export interface StateChange {
  readonly locale?: 'fr' | 'en';
  readonly proofs?: ProofChange;
}

export interface Login {
  readonly accountId: string;
  readonly acr: string;
  readonly amr: readonly string[];
  readonly provedAt: Date;
}

export interface PendingInteraction {
  readonly uid: string;
  readonly client: WayBack;
  readonly prompt: string;
  readonly scopes: readonly string[];
  readonly uiLocales: readonly string[];
  readonly loginHint?: string;
  /** As it stands after the last `save`. */
  state(): UnfinishedState;
  /** A step was taken: prolongs the interaction and keeps what the step changed. */
  save(change?: StateChange): Promise<void>;
  /** A step was refused: the same, over what stands in the store now; an interaction that is over meanwhile stays so. */
  touch(change?: StateChange): Promise<void>;
  /**
   * Ends the interaction with a sign-in; with `login_required` for its relying party when it asked for somebody else.
   * @returns where the browser goes next.
   */
  finish(login: Login): Promise<string>;
  /** First-party clients: a request that only asks for consent has it. */
  consent(): Promise<string>;
  /** The person gives up: `access_denied` to the relying party (RFC 6749 §4.1.2.1). */
  cancel(): Promise<string>;
}

export type Interactions = ReturnType<typeof createInteractions>;

const OTHER_PERSON: InteractionResults = { error: 'login_required', error_description: NOT_THE_HINTED_PERSON };

/** How long we remember where an interaction came from, to lead a lost person back. */
const TRACE_SECONDS = 2 * 60 * 60;

/** @param providers the provider that answers now; an interaction keeps to the one that it was loaded by. */
export function createInteractions(
  providers: Pick<ProviderHolder, 'current' | 'of'>,
  ports: Pick<Ports, 'flowStates' | 'clock'>,
  config: Pick<Config, 'times' | 'session' | 'issuer' | 'secrets'>,
) {
  const binding = createBrowserBinding(config, ports.clock);
  const subjectKey = pairwiseKey(config.secrets.pairwiseKey);
  const now = () => Math.floor(ports.clock.now().getTime() / 1000);

  /** Loads the interaction of the path. @throws ServiceError interaction_not_found, _expired, _elsewhere. */
  async function load(req: IncomingMessage, res: ServerResponse, uid: string): Promise<PendingInteraction> {
    const provider = providers.of(req);
    const [interaction, known] = await Promise.all([
      findInteraction(provider, req, res, uid),
      ports.flowStates.find(uid),
    ]);
    if (!binding.isHeld(req, uid)) throw new ServiceError('interaction_elsewhere');
    if (known?.finished) throw new ServiceError('interaction_not_found');
    const lastStepAt = known?.lastStepAt ?? interaction.iat;
    if (now() - lastStepAt > config.times.interactionIdleSeconds) throw new ServiceError('interaction_expired');
    const clientId = String(interaction.params.client_id);
    const client = await provider.Client.find(clientId);
    if (!client) throw new ServiceError('interaction_not_found');
    let state: UnfinishedState = known ?? { clientId, lastStepAt };

    async function write(next: UnfinishedState): Promise<void> {
      await ports.flowStates.save(uid, next, TRACE_SECONDS);
      state = next;
    }

    async function leave(result: InteractionResults): Promise<string> {
      const returnTo = await provider.interactionResult(req, res, result, { mergeWithLastSubmission: true });
      // Whatever was proved ends with the interaction; the trace leads a lost person back.
      state = { clientId, lastStepAt: now(), locale: state.locale };
      await ports.flowStates.finish(uid, state, TRACE_SECONDS);
      return returnTo;
    }

    return {
      uid,
      client: { clientId, name: client.clientName ?? clientId, homeUrl: String(client.clientUri) },
      prompt: interaction.prompt.name,
      scopes: listOf(interaction.params.scope),
      uiLocales: listOf(interaction.params.ui_locales),
      loginHint: typeof interaction.params.login_hint === 'string' ? interaction.params.login_hint : undefined,
      state: () => state,
      save: (change) => write(changed(state, now(), change)),
      async touch(change) {
        const stored = await ports.flowStates.find(uid);
        if (!stored?.finished) await write(changed(stored ?? state, now(), change));
      },
      async finish({ accountId, acr, amr, provedAt }) {
        if (!isHintedPerson(subjectKey, interaction.params, client, accountId)) return leave(OTHER_PERSON);
        await endOtherSession(provider, req, res, accountId);
        const login = { accountId, acr, amr: [...amr], remember: config.session.persistent, ts: authTimeOf(provedAt) };
        return leave({ login, consent: {} });
      },
      consent: () => leave({ consent: {} }),
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
    const state = await ports.flowStates.find(uid);
    const client = state && (await providers.current().Client.find(state.clientId));
    if (!client) return undefined;
    const { clientId, clientName = clientId, clientUri } = client;
    return { clientId, name: clientName, homeUrl: String(clientUri), locale: state.locale };
  }

  return { load, findWayBack };
}

async function findInteraction(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<Interaction> {
  let interaction: Interaction;
  try {
    interaction = await provider.interactionDetails(req, res);
  } catch (error) {
    if ((error as Error).name === 'SessionNotFound') throw new ServiceError('interaction_not_found', { cause: error });
    throw error;
  }
  if (interaction.uid !== uid) throw new ServiceError('interaction_elsewhere');
  return interaction;
}

function changed(
  state: UnfinishedState,
  lastStepAt: number,
  { locale = state.locale, proofs }: StateChange = {},
): UnfinishedState {
  return { ...state, locale, proofs: { ...state.proofs, ...proofs }, lastStepAt };
}

/** A parameter that lists, separated by spaces. */
function listOf(parameter: unknown): readonly string[] {
  return String(parameter ?? '')
    .split(' ')
    .filter(Boolean);
}
