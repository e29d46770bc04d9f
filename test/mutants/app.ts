import type { WrongVersion } from './wrong-version.ts';

export const app: readonly WrongVersion[] = [];
