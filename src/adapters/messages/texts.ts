/** The words of messages. An SMS that would not fit one of 160 GSM-7 characters is a fault of ours, found here. */
import { fitsOneSms } from '../../domain/gsm7.ts';
import type { MessageTexts } from '../../ports/messages.ts';

interface Words {
  text(key: string, values?: Readonly<Record<string, string>>): string;
}

export function createCatalogueTexts(catalogues: Readonly<Record<'fr' | 'en', Words>>): MessageTexts {
  return {
    write(template, kind, locale, values) {
      const words = catalogues[locale];
      const text = words.text(`messages.${template}.${kind}`, values);
      if (kind === 'mail') return { subject: words.text(`messages.${template}.subject`), text };
      if (!fitsOneSms(text)) throw new Error(`the SMS ${template} in ${locale} does not fit 160 GSM-7 characters`);
      return { text };
    },
  };
}
