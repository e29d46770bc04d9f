import { createAdmit, openChallenges } from '../support/captchas.ts';
import { onMemory, onRedisKeyValue, type SealedBase } from './backends.ts';
import { type Content, describeCaptchaChallenges } from './captcha-challenges.ts';

const create = (base: SealedBase) => openChallenges<Content>({ ...base, admit: createAdmit(base) });

describeCaptchaChallenges('memory', onMemory(create));
describeCaptchaChallenges('Redis', onRedisKeyValue(create));
