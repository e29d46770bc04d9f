/** The language of an answer: what the person chose, then `ui_locales`, then Accept-Language, then French. */
export type Locale = 'fr' | 'en';

/** @param tags BCP 47 tags in order of preference. */
export function firstKnownLocale(tags: readonly string[]): Locale | undefined {
  for (const tag of tags) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'fr' || language === 'en') return language;
  }
  return undefined;
}

/** From a request alone, for pages outside an interaction. */
export function localeOf(
  ctx: { acceptsLanguages(...languages: string[]): string | false | string[] },
  uiLocales: readonly string[] = [],
): Locale {
  const accepted = ctx.acceptsLanguages('fr', 'en');
  return firstKnownLocale(uiLocales) ?? (accepted === 'en' ? 'en' : 'fr');
}
