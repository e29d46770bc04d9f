/**
 * The one place where an outcome or a refusal becomes an answer: JSON, or a screen or a 303 for browsers (never 307: the
 * body holds a password). It alone finishes the interaction. Both renderers handle the whole union of outcomes.
 */
import type { Config } from '../../config/config.ts';
import type { ServiceError } from '../../errors.ts';
import type { Interactions, PendingInteraction } from '../../oidc/interactions.ts';
import type { ReferenceData } from '../../ports/reference-data.ts';
import type { StepPage } from '../../screens/page.ts';
import { firstPasswordScreen } from '../../stories/first-password/screens.ts';
import type { BrowserChange, Outcome } from '../../stories/kit/outcome.ts';
import { passwordRecoveryScreen } from '../../stories/password-recovery/screens.ts';
import {
  messageOnItsWayScreen,
  provisionalIdentifierRecoveryScreen,
} from '../../stories/provisional-identifier-recovery/screens.ts';
import { signInNirScreen } from '../../stories/sign-in/screens/nir.ts';
import { signInProvisionalScreen } from '../../stories/sign-in/screens/provisional.ts';
import type { Contract } from '../contract/contract.ts';
import { firstKnownLocale, type Locale } from '../locale.ts';
import { contentSecurityPolicy } from '../middleware/security-headers.ts';
import type { Pages } from '../pages/pages.ts';
import type { Context } from '../request-state.ts';
import { DEVICE_COOKIE, REMEMBERED_COOKIE, writeCookie } from './browser-cookies.ts';
import type { createFormTokens } from './form-token.ts';
import { captchaToJson, pathOf, rulesOf, type Shown, STEP_OPERATIONS, type StepName, stepsOf } from './steps.ts';

export interface ResponderParts {
  readonly config: Config;
  readonly contract: Contract;
  readonly referenceData: ReferenceData;
  readonly interactions: Interactions;
  readonly pages: Pages;
  readonly formTokens: ReturnType<typeof createFormTokens>;
}

/** What a form keeps when it is shown again. */
export type Typed = StepPage['typed'];

export function createResponder({ config, contract, referenceData, interactions, pages, formTokens }: ResponderParts) {
  /** Answers with an outcome: saves what the step changed, writes cookies, then renders. */
  async function respond(ctx: Context, pending: PendingInteraction, outcome: Outcome): Promise<void> {
    if ('browser' in outcome && outcome.browser) writeBrowser(ctx, outcome.browser);
    switch (outcome.status) {
      case 'authenticated':
        return leave(ctx, outcome.status, await interactions.finish(ctx.req, ctx.res, pending, outcome));
      case 'cancelled':
        return leave(ctx, outcome.status, await interactions.cancel(ctx.req, ctx.res, pending));
      case 'sign-in':
        await interactions.save(pending, {});
        return show(ctx, pending, outcome);
      case 'provisional-identifier-recovery':
      case 'message-on-its-way':
        await interactions.save(pending, {});
        return show(ctx, pending, outcome);
      case 'password-creation-required':
      case 'password-recovery':
      case 'code-sent':
      case 'new-password-required':
      case 'password-changed':
        await interactions.save(pending, outcome.state ?? {});
        return show(ctx, pending, outcome);
    }
  }

  /** A screen that a form led to is fetched anew: reloading it posts nothing. */
  function show(ctx: Context, pending: PendingInteraction, outcome: Shown): void {
    if (!ctx.state.wantsHtml) {
      ctx.body = toJson(pending, outcome, localeOfStep(ctx, pending));
    } else if (ctx.method === 'POST' && !LAST_PAGES.has(outcome.status)) {
      ctx.status = 303;
      ctx.redirect(pathOf(pending, outcome));
    } else {
      renderScreen(ctx, pending, outcome);
    }
  }

  /**
   * Shows the screen of a step again with its refusal; the form is kept, passwords aside.
   * @param otherScreen what was typed belongs to this screen and not to the one it was typed on: no fault, a notice.
   */
  function refuse(
    ctx: Context,
    pending: PendingInteraction,
    shown: Shown,
    refusal: ServiceError | undefined,
    typed: Typed,
    otherScreen = false,
  ): void {
    ctx.status = refusal?.status ?? 200;
    renderScreen(ctx, pending, shown, otherScreen ? undefined : refusal, typed, otherScreen);
  }

  function renderScreen(
    ctx: Context,
    pending: PendingInteraction,
    shown: Shown,
    refusal?: ServiceError,
    typed?: Typed,
    otherScreen = false,
  ): void {
    const base = `/interactions/${pending.uid}`;
    const locale = localeOfStep(ctx, pending);
    const page: StepPage = {
      ...pages.page(
        locale,
        `${pathOf(pending, shown)}${pathOf(pending, shown).includes('?') ? '&' : '?'}lang=${locale === 'fr' ? 'en' : 'fr'}`,
      ),
      base,
      formToken: formTokens.create(pending.uid),
      clientName: pending.client.name,
      refusal,
      typed,
      notice: otherScreen ? pages.page(locale).words.text('signIn.typedProvisional') : undefined,
    };
    ctx.set('Content-Security-Policy', contentSecurityPolicy({ formOrigins: pending.clientOrigins }));
    ctx.type = 'html';
    ctx.body = screenOf(page, shown);
  }

  function screenOf(page: StepPage, shown: Shown): string {
    switch (shown.status) {
      case 'sign-in': {
        const screen = shown.identifierType === 'nir' ? signInNirScreen : signInProvisionalScreen;
        return screen(page, shown, config.passwords);
      }
      case 'password-creation-required':
        return firstPasswordScreen(page, shown);
      case 'provisional-identifier-recovery':
        return provisionalIdentifierRecoveryScreen(page, shown, {
          countries: referenceData.countries(page.words.locale),
        });
      case 'message-on-its-way':
        return messageOnItsWayScreen(page);
      default:
        return passwordRecoveryScreen(page, shown);
    }
  }

  function leave(ctx: Context, status: 'authenticated' | 'cancelled', redirectTo: string): void {
    if (ctx.state.wantsHtml) {
      ctx.status = 303;
      ctx.redirect(redirectTo);
    } else {
      ctx.body = { status, redirectTo };
    }
  }

  function toJson(pending: PendingInteraction, outcome: Shown, locale: Locale) {
    const { uid, scopes } = pending;
    const client = { clientId: pending.client.clientId, name: pending.client.name };
    const interaction = { uid, client, scopes: [...scopes], locale };
    const steps = stepsOf(outcome).map(step(uid));
    switch (outcome.status) {
      case 'sign-in': {
        const { status, identifierType, remembered } = outcome;
        return { status, interaction, identifierType, ...(remembered ? { remembered } : {}), steps };
      }
      case 'provisional-identifier-recovery':
      case 'message-on-its-way': {
        const { status, captcha } = outcome;
        return {
          status,
          interaction,
          ...(captcha ? { captcha: captchaToJson(config.issuer, uid, captcha) } : {}),
          steps,
        };
      }
      case 'password-creation-required':
        return { status: outcome.status, interaction, rules: rulesOf(outcome.rules), steps };
      default: {
        const { status, identifierType, rules } = outcome;
        return { status, interaction, identifierType, ...(rules ? { rules: rulesOf(rules) } : {}), steps };
      }
    }
  }

  function step(uid: string) {
    return (name: StepName) => {
      const operationId = STEP_OPERATIONS[name];
      const { method, path } = contract.routeOf(operationId);
      const href = config.issuer + path.replace(':uid', uid);
      return { name, method: method.toUpperCase(), href, takes: contract.fieldsOf(operationId) };
    };
  }

  function writeBrowser(ctx: Context, { rememberedToken, deviceToken }: BrowserChange): void {
    const secure = config.issuer.startsWith('https:');
    if (rememberedToken !== undefined)
      writeCookie(ctx, REMEMBERED_COOKIE, rememberedToken, config.times.rememberIdentifierSeconds, secure);
    if (deviceToken !== undefined) writeCookie(ctx, DEVICE_COOKIE, deviceToken, DEVICE_SECONDS, secure);
  }

  return { respond, refuse };
}

export type Responder = ReturnType<typeof createResponder>;
/** Pages at the end of a story: they have no address of their own to be fetched from. */
const LAST_PAGES = new Set<Outcome['status']>(['message-on-its-way', 'password-changed']);

const DEVICE_SECONDS = 180 * 24 * 60 * 60;

/** The language chosen in this interaction, then `ui_locales`, then Accept-Language. */
export function localeOfStep(ctx: Context, pending: PendingInteraction): Locale {
  const asked = ctx.query.lang === 'fr' || ctx.query.lang === 'en' ? ctx.query.lang : undefined;
  const accepted = ctx.acceptsLanguages('fr', 'en') === 'en' ? 'en' : 'fr';
  return asked ?? pending.state.locale ?? firstKnownLocale(pending.uiLocales) ?? accepted;
}
