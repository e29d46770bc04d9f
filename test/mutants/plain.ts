import type { WrongVersion } from './wrong-version.ts';

export const plain: readonly WrongVersion[] = [];
