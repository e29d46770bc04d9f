/** What every screen is given besides its outcome: words, addresses, and the refusal it repeats, if any. */
import type { ServiceError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';

/** Pages that an operator may replace with some of their own. */
export interface Links {
  readonly dataProtection: string;
  readonly securityAdvice: string;
  readonly legalNotice: string;
  readonly accessibility: string;
  readonly help: string;
}

export interface Page {
  readonly words: Catalogue;
  readonly links: Links;
  /** The address of a page of text of ours, `pages.<name>` of the catalogues, in the language of this page. */
  textPage(name: string): string;
  readonly assetVersion: string;
  /** Whether every page says that this service is a trial. */
  readonly trial: boolean;
  /** Another banner than the common one. */
  readonly welcome?: string;
  /** The same page in the other language; none where the language follows the browser. */
  readonly otherLanguageUrl?: string;
}

/** The half of a refusal that is shown. */
export type Refusal = Pick<ServiceError, 'code' | 'fields'> & Partial<Pick<ServiceError, 'retryAfterSeconds'>>;

/** A screen of a step. */
export interface StepPage extends Page {
  /** The address of the place, such as `/interactions/{uid}`. */
  readonly base: string;
  readonly formToken: string;
  readonly clientName: string;
  /** Until when its form can be sent. */
  readonly timeLeft: { readonly endsAt: Date; readonly seconds: number };
  /** The refusal that this screen repeats. */
  readonly refusal?: Refusal;
  /** What was typed, to be kept in the form: the fields that the step keeps, never a password. */
  readonly typed?: Readonly<Record<string, string>>;
}
