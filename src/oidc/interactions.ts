/**
 * oidc-provider's pending authorization request, as flows see it. The library ignores the uid of our URL: it is
 * compared with that of the cookie here, so that a step belongs to the browser that began.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction, Provider } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import type { IdentifierType } from '../domain/identifier.ts';
import { ServiceError } from '../errors.ts';
import type { FlowState } from '../ports/flow-states.ts';
import type { Ports } from '../ports/ports.ts';
import type { Authenticated } from '../stories/kit/outcome.ts';

export interface PendingInteraction {
  readonly uid: string;
  readonly client: { readonly clientId: string; readonly name: string; readonly homeUrl: string };
  /** Origins that the form may lead to: CSP `form-action` governs the redirect too. */
  readonly clientOrigins: readonly string[];
  readonly prompt: string;
  readonly scopes: readonly string[];
  readonly acrValues: readonly string[];
  readonly uiLocales: readonly string[];
  readonly loginHint?: IdentifierType;
  readonly state: FlowState;
}

/** Where a lost person is led back to, in the language they had chosen. */
export interface Origin {
  readonly name: string;
  readonly homeUrl: string;
  readonly locale?: 'fr' | 'en';
}

/** How long we remember where an interaction came from, to lead a lost person back. */
const TRACE_SECONDS = 2 * 60 * 60;

export function createInteractions(
  provider: Provider,
  ports: Pick<Ports, 'flowStates' | 'clock'>,
  config: Pick<Config, 'times' | 'session'>,
) {
  const now = () => Math.floor(ports.clock.now().getTime() / 1000);

  /** Loads the interaction of the path. @throws ServiceError interaction_not_found, _expired, _elsewhere. */
  async function load(req: IncomingMessage, res: ServerResponse, uid: string): Promise<PendingInteraction> {
    const [interaction, state] = await Promise.all([findInteraction(req, res, uid), ports.flowStates.find(uid)]);
    if (state?.finished) throw new ServiceError('interaction_not_found');
    const lastStepAt = state?.lastStepAt ?? interaction.iat;
    if (now() - lastStepAt > config.times.interactionIdleSeconds) throw new ServiceError('interaction_expired');
    const clientId = String(interaction.params.client_id);
    const client = await provider.Client.find(clientId);
    if (!client) throw new ServiceError('interaction_not_found');
    const list = (name: string) =>
      String(interaction.params[name] ?? '')
        .split(' ')
        .filter(Boolean);
    return {
      uid,
      client: { clientId, name: client.clientName ?? clientId, homeUrl: String(client.clientUri) },
      clientOrigins: [...new Set((client.redirectUris ?? []).map((uri) => new URL(uri).origin))],
      prompt: interaction.prompt.name,
      scopes: list('scope'),
      acrValues: list('acr_values'),
      uiLocales: list('ui_locales'),
      loginHint: readLoginHint(interaction.params.login_hint),
      state: state ?? { clientId, lastStepAt },
    };
  }

  async function findInteraction(req: IncomingMessage, res: ServerResponse, uid: string): Promise<Interaction> {
    let interaction: Interaction;
    try {
      interaction = await provider.interactionDetails(req, res);
    } catch (error) {
      if ((error as Error).name === 'SessionNotFound')
        throw new ServiceError('interaction_not_found', { cause: error });
      throw error;
    }
    if (interaction.uid !== uid) throw new ServiceError('interaction_elsewhere');
    return interaction;
  }

  /** A step was taken: prolongs the interaction and keeps what the step changed. */
  async function save(pending: PendingInteraction, change: Partial<FlowState>): Promise<void> {
    await ports.flowStates.save(pending.uid, { ...pending.state, ...change, lastStepAt: now() }, TRACE_SECONDS);
  }

  /** Ends the interaction with a sign-in. @returns where the browser goes next. */
  async function finish(
    req: IncomingMessage,
    res: ServerResponse,
    pending: PendingInteraction,
    { accountId, acr, amr }: Authenticated,
  ): Promise<string> {
    await endOtherSession(req, res, accountId);
    const login = { accountId, acr, amr: [...amr], remember: config.session.persistent, ts: now() };
    return leave(req, res, pending, { login, consent: {} });
  }

  /**
   * Somebody else's session in this browser ends when another person signs in: its tokens end with it. (Left alone,
   * oidc-provider would ask for it with a page of its own that needs a click without JavaScript.)
   */
  async function endOtherSession(req: IncomingMessage, res: ServerResponse, accountId: string): Promise<void> {
    const session = await provider.Session.get({ req, res } as never);
    if (session.accountId === undefined || session.accountId === accountId) return;
    const interaction = await provider.interactionDetails(req, res);
    interaction.session = undefined;
    await interaction.save(interaction.exp - now());
    await session.destroy();
  }

  /** First-party clients: a request that only asks for consent has it. */
  async function consent(req: IncomingMessage, res: ServerResponse, pending: PendingInteraction): Promise<string> {
    return leave(req, res, pending, { consent: {} });
  }

  /** The person gives up: `access_denied` to the relying party (RFC 6749 §4.1.2.1). */
  async function cancel(req: IncomingMessage, res: ServerResponse, pending: PendingInteraction): Promise<string> {
    return leave(req, res, pending, { error: 'access_denied', error_description: 'the end-user gave up' });
  }

  async function leave(req: IncomingMessage, res: ServerResponse, pending: PendingInteraction, result: object) {
    const returnTo = await provider.interactionResult(req, res, result as never, { mergeWithLastSubmission: true });
    await save(pending, { finished: true, firstPassword: undefined });
    return returnTo;
  }

  /** The relying party of an interaction that is over, as far as we remember it. */
  async function findOrigin(uid: string): Promise<Origin | undefined> {
    const state = await ports.flowStates.find(uid);
    const client = state && (await provider.Client.find(state.clientId));
    if (!client) return undefined;
    return { name: client.clientName ?? client.clientId, homeUrl: String(client.clientUri), locale: state.locale };
  }

  return { load, save, finish, consent, cancel, findOrigin };
}

export type Interactions = ReturnType<typeof createInteractions>;

/** `login_hint` chooses the screen and nothing else; any other value could be personal data and is dropped. */
function readLoginHint(hint: unknown): IdentifierType | undefined {
  return hint === 'nir' || hint === 'provisional' ? hint : undefined;
}
