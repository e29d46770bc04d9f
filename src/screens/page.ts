/** What every screen is given besides its outcome: words, addresses, and the refusal it repeats, if any. */
import type { ServiceError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';

export interface Links {
  readonly dataProtection: string;
  readonly securityAdvice: string;
  readonly legalNotice: string;
  readonly accessibility: string;
  readonly help: string;
  readonly registration: string;
  readonly franceConnect: string;
}

export interface Page {
  readonly words: Catalogue;
  readonly links: Links;
  readonly assetVersion: string;
  /** Another banner than the common one. */
  readonly welcome?: string;
  /** The same page in the other language; none where the language follows the browser. */
  readonly otherLanguageUrl?: string;
}

/** A screen of an interaction. */
export interface StepPage extends Page {
  /** `/interactions/{uid}`. */
  readonly base: string;
  readonly formToken: string;
  readonly clientName: string;
  /** The refusal that this screen repeats. */
  readonly refusal?: ServiceError;
  /** Good news or advice, above the form. */
  readonly notice?: string;
  /** What was typed, to be kept in the form; never a password. */
  readonly typed?: {
    readonly identifier?: string;
    readonly remember?: boolean;
    readonly values?: Readonly<Record<string, string>>;
  };
}
