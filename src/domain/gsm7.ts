/**
 * GSM 03.38, the alphabet of an SMS: 160 of its characters fit one message. One character outside it (ê, ’, «) turns
 * the whole message into parts of 70. What is written here fits, or the writer is told.
 */

export const SMS_SEPTETS = 160;

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Each is sent as an escape and a character, and counts for two. */
const EXTENSION = new Set('\f^{}\\[~]|€');

/** Whether every character is in the alphabet, as it is encoded: a decomposed é is not. */
export function isGsm7(text: string): boolean {
  return [...text].every((character) => BASIC.has(character) || EXTENSION.has(character));
}

/** The length in septets. @throws RangeError for a text outside the alphabet: it has no such length. */
export function lengthInSeptets(text: string): number {
  if (!isGsm7(text)) throw new RangeError('not a text of the GSM 7-bit alphabet');
  return [...text].reduce((length, character) => length + (EXTENSION.has(character) ? 2 : 1), 0);
}

/** Whether the text is one SMS. */
export function fitsOneSms(text: string): boolean {
  return isGsm7(text) && lengthInSeptets(text) <= SMS_SEPTETS;
}
