import type { WrongVersion } from './wrong-version.ts';

export const http: readonly WrongVersion[] = [];
