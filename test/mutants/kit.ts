import type { WrongVersion } from './wrong-version.ts';

export const kit: readonly WrongVersion[] = [];
