/** Screen A or B, by what the person identifies with. */
import type { StepPage } from '../../../screens/page.ts';
import type { SignInForm } from '../flow.ts';
import { signInNirScreen } from './nir.ts';
import { signInProvisionalScreen } from './provisional.ts';

/** @param passwordRules how long a password may be. */
export function signInScreen(
  page: StepPage,
  outcome: SignInForm,
  passwordRules: { readonly minimumLength: number; readonly maximumLength: number },
): string {
  const screen = outcome.identifierType === 'nir' ? signInNirScreen : signInProvisionalScreen;
  return screen(page, outcome, passwordRules);
}
