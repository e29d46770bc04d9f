import type { WrongVersion } from './wrong-version.ts';

export const stories: readonly WrongVersion[] = [];
