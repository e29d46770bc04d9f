import type { WrongVersion } from './wrong-version.ts';

export const oidc: readonly WrongVersion[] = [];
