import type { WrongVersion } from './wrong-version.ts';

export const postgres: readonly WrongVersion[] = [];
