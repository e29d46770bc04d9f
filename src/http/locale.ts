/** The language of an answer: what its address says (`lang`), then `ui_locales`, then Accept-Language, then French. */
export type Locale = 'fr' | 'en';

/** What a language is read from. */
interface Asking {
  acceptsLanguages(...languages: string[]): string | false | string[];
  readonly query: Readonly<Record<string, unknown>>;
}

/** @param tags BCP 47 tags in order of preference. */
export function firstKnownLocale(tags: readonly string[]): Locale | undefined {
  for (const tag of tags) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'fr' || language === 'en') return language;
  }
  return undefined;
}

/** The language that a link chose. */
export function chosenLocale({ query }: Pick<Asking, 'query'>): Locale | undefined {
  return typeof query.lang === 'string' ? firstKnownLocale([query.lang]) : undefined;
}

/** From a request alone, for pages outside an interaction. */
export function localeOf(ctx: Asking, uiLocales: readonly string[] = []): Locale {
  const accepted = ctx.acceptsLanguages('fr', 'en');
  return chosenLocale(ctx) ?? firstKnownLocale(uiLocales) ?? (accepted === 'en' ? 'en' : 'fr');
}

/**
 * The same page in the other language. A page that answered a form has no address to fetch: its link leads to where the
 * form belongs, which says as much.
 * @param more what else the address must hold.
 */
export function otherLanguageUrl(
  { method, originalUrl }: { readonly method: string; readonly originalUrl: string },
  locale: Locale,
  more: Readonly<Record<string, string>> = {},
): string {
  const [asked = '', query] = originalUrl.split('?', 2);
  // `//elsewhere` and `/\elsewhere` would be another host.
  const path = asked.replace(/^[/\\]*/, '/');
  const isFetched = method === 'GET' || method === 'HEAD';
  const kept = new URLSearchParams(isFetched ? query : '');
  for (const [name, value] of Object.entries({ ...more, lang: locale === 'fr' ? 'en' : 'fr' })) kept.set(name, value);
  return `${isFetched ? path : path.split('/').slice(0, 3).join('/')}?${kept}`;
}
