/** What a captcha asks to be typed: how it is drawn by lot, and when what was typed is the same. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/**
 * No two that a distorted picture could make alike: of 0ODQ, 1IL, 2Z, 5S, 8B3, 6G, UVY, MN, EF and PR one at most.
 * 17 characters, 6 places: 24 million answers, for three tries.
 */
export const ALPHABET = '34679ACEHJKMRTWXY';

const LENGTH = 6;

/** By the cryptographic generator. */
export function drawAnswer(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** As it is compared: case and spaces do not count, nor full-width forms that some keyboards write. */
export function normaliseAnswer(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/gu, '').toUpperCase();
}

/** In a time that does not depend on where they differ: digests have one length. */
export function isSameAnswer(typed: string, answer: string): boolean {
  return timingSafeEqual(digest(normaliseAnswer(typed)), digest(normaliseAnswer(answer)));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
