/** The stories of the service, one line each: all that a new one asks of the parts around it. */
export { firstPassword } from '../stories/first-password/steps.ts';
export { passwordRecovery } from '../stories/password-recovery/steps.ts';
export { provisionalIdentifierRecovery } from '../stories/provisional-identifier-recovery/steps.ts';
export { signIn } from '../stories/sign-in/steps.ts';
