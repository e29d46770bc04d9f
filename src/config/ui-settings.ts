/** What people see: where the screens and pages are, and what these say of their operator. */
import { address, oneOf, type Setting } from '../setting.ts';

export const uiSettings = {
  url: address('UI_URL', '', 'Front end that replaces the screens, on the same site; empty keeps ours', {
    empty: 'allowed',
    public: true,
  }),
  homeUrl: address(
    'HOME_URL',
    'http://localhost:4000',
    'Where a lost person is led back to, when nothing else is known of where they came from; the root of the service leads there',
    { public: true },
  ),
  pages: {
    dataProtection: page('PAGE_DATA_PROTECTION_URL', 'Replaces « Informatique et libertés »'),
    securityAdvice: page('PAGE_SECURITY_ADVICE_URL', 'Replaces the security advice'),
    legalNotice: page('PAGE_LEGAL_NOTICE_URL', 'Replaces « Mentions légales »'),
    accessibility: page('PAGE_ACCESSIBILITY_URL', 'Replaces the accessibility declaration'),
    help: page('PAGE_HELP_URL', 'Replaces the help page'),
  },
  accessibility: {
    state: oneOf(
      'ACCESSIBILITY_STATE',
      ['non-compliant', 'partially-compliant', 'compliant'],
      'non-compliant',
      'What the last audit of accessibility (RGAA) found; only a valid audit allows another than the first',
    ),
    auditedOn: printed(
      'ACCESSIBILITY_AUDITED_ON',
      'date, YYYY-MM-DD, or empty',
      'Day of that audit',
      isDay,
      'must be a day, such as 2026-03-14, or empty',
    ),
  },
  caf: {
    telephone: printed(
      'CAF_TELEPHONE',
      'telephone number, or empty',
      'Telephone number that stands wherever people are told to contact their Caf, in messages too',
      (text) => /^\+?\d[\d ]{1,18}\d$/.test(text),
      'must be digits and spaces, 20 characters at most, or empty',
    ),
    address: printed(
      'CAF_ADDRESS',
      'text, or empty',
      'Postal address that stands there, SMS aside',
      (text) => text.length <= 150 && !/[\p{Cc}{}]|:\/\/|www\./u.test(text),
      'must be a postal address of one line, 150 characters at most, without a link, or empty',
    ),
  },
};

/** A page of the foot; empty keeps the default text. */
function page(variable: string, meaning: string) {
  return address(variable, '', meaning, { empty: 'allowed', public: true });
}

/** A text that pages print, or nothing. */
function printed(
  variable: string,
  kind: string,
  meaning: string,
  isRight: (text: string) => boolean,
  mustBe: string,
): Setting<string> {
  const parse = (raw: unknown) => {
    const text = String(raw ?? '').trim();
    if (text !== '' && !isRight(text)) throw new Error(mustBe);
    return text;
  };
  return { is: 'setting', kind, variable, default: '', meaning, empty: 'allowed', parse };
}

/** A day of the calendar: the 30th of February is none. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
