/** Limits of what one may ask for, and how failures lock: a part of settings.ts. */
import { type Group, integer, someOf } from '../setting.ts';

/** Throttles by their names, as policies have them. Tries of a code are none: without their bound a code is no proof. */
export const THROTTLES = [
  'sign-in',
  'first-password',
  'recovery',
  'captcha',
  'captcha-views',
  'authorization',
  'resume',
  'session-end',
  'token',
  'token-client',
  'userinfo',
  'message-interval',
  'message-hour',
  'message-day',
  'message-budget',
  'message-country',
  'lock',
];

export const throttleSettings = {
  observed: someOf(
    'THROTTLES_OBSERVED',
    THROTTLES,
    'Throttles that count and report what they would have refused, and refuse nothing',
  ),
  recoveryPerHour: integer('THROTTLE_RECOVERY_PER_HOUR', 60, 'Recovery forms an hour from one client address'),
  captchasPerHour: integer('THROTTLE_CAPTCHAS_PER_HOUR', 200, 'Captchas made an hour for one client address'),
  signInPerMinute: integer('THROTTLE_SIGN_IN_PER_MINUTE', 30, 'Sign-ins a minute from one client address'),
  authorizationPerMinute: integer(
    'THROTTLE_AUTHORIZATION_PER_MINUTE',
    120,
    'Authorization requests a minute from one client address, and as many that are resumed or end a session',
  ),
  tokenPerAddressPerMinute: integer(
    'THROTTLE_TOKEN_PER_ADDRESS_PER_MINUTE',
    6000,
    'Requests a minute to the token and revocation endpoints from one client address, and as many to userinfo',
  ),
  tokenPerClientPerMinute: integer(
    'THROTTLE_TOKEN_PER_CLIENT_PER_MINUTE',
    60000,
    'Uses a minute of the codes and tokens of one client',
  ),
  lockFromFailure: integer('LOCK_FROM_FAILURE', 5, 'The failure in a row that first locks'),
  lockMaximumSeconds: integer(
    'LOCK_MAXIMUM_SECONDS',
    900,
    'The longest lock; a solved captcha then passes for the wait',
  ),
  lockAttemptsPerDay: integer('LOCK_ATTEMPTS_PER_DAY', 30, 'Attempts at one account that are compared in a day'),
  lockForgetSeconds: integer('LOCK_FORGET_SECONDS', 86400, 'Without a failure for this long, the count is 0 again'),
} satisfies Group;
