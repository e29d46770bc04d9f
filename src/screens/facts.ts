/**
 * What the texts say of this service and of its operator: placeholders that every text may hold, such as `{caf}`. They
 * follow the settings, so that no page claims what the service does not do.
 */
export interface Facts {
  /** How people reach their Caf; empty where the operator gave nothing. */
  readonly caf: { readonly telephone: string; readonly address: string };
  readonly accessibility: {
    readonly state: 'non-compliant' | 'partially-compliant' | 'compliant';
    /** `YYYY-MM-DD`; empty without an audit. */
    readonly auditedOn: string;
  };
  readonly codeSeconds: number;
  readonly lockFromFailure: number;
  readonly rememberIdentifierSeconds: number;
  /** How long a browser keeps what ties an interaction to it. */
  readonly interactionRestartSeconds: number;
}

/** What the default settings come to. */
export const DEFAULT_FACTS: Facts = {
  caf: { telephone: '', address: '' },
  accessibility: { state: 'non-compliant', auditedOn: '' },
  codeSeconds: 600,
  lockFromFailure: 5,
  rememberIdentifierSeconds: 30 * 24 * 60 * 60,
  interactionRestartSeconds: 2 * 60 * 60,
};

/** What they need of a catalogue. */
interface Words {
  readonly locale: 'fr' | 'en';
  text(key: string, values?: Readonly<Record<string, string | number>>): string;
  delay(seconds: number): string;
}

/** The words of each, by the name of its placeholder. An SMS has room for the telephone alone (`cafSms`). */
export function wordsOfFacts(words: Words, facts: Facts): Readonly<Record<string, string>> {
  const { caf, accessibility } = facts;
  const given = caf.telephone ? (caf.address ? 'both' : 'telephone') : caf.address ? 'address' : 'nothing';
  const days = Math.max(1, Math.round(facts.rememberIdentifierSeconds / (24 * 60 * 60)));
  const { auditedOn } = accessibility;
  return {
    caf: words.text(`caf.${given}`, caf),
    cafSms: words.text(caf.telephone ? 'caf.sms' : 'caf.nothing', caf),
    accessibilityState: words.text(`accessibility.states.${accessibility.state}`),
    accessibilityAudit: auditedOn
      ? words.text('accessibility.audited', { day: dayInWords(auditedOn, words.locale) })
      : words.text('accessibility.notAudited'),
    codeLife: words.delay(facts.codeSeconds),
    bindingLife: words.delay(facts.interactionRestartSeconds),
    lockFrom: String(facts.lockFromFailure),
    rememberDays: words.text(`delay.day${days === 1 ? '' : 's'}`, { count: days }),
  };
}

/** « 14 mars 2026 ». */
function dayInWords(day: string, locale: 'fr' | 'en'): string {
  const format = new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return format.format(new Date(`${day}T00:00:00Z`));
}
