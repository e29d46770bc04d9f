/**
 * A form that was not taken, as it waits in the state of its place: what was typed that the step keeps, and why it was
 * refused. Words are made when it is shown, in the language of then, and what is left of a delay is told.
 */
import { type ErrorCode, errorStatus, type FieldError, fieldErrorCodes, ServiceError } from '../../errors.ts';
import type { Draft, RefusalOfDraft } from '../../ports/flow-states.ts';

type Typed = Draft['typed'];

const LONGEST_KEPT = 100;

/** More than any form of ours has: a body can name fields that nobody knows. */
const MOST_FAULTS = 40;

/** What a step keeps of a body. */
export function typedOf(body: Readonly<Record<string, unknown>>, keeps: readonly string[]): Typed {
  return Object.fromEntries(
    keeps.flatMap((name) => {
      const value = Object.hasOwn(body, name) ? body[name] : undefined;
      return typeof value === 'string' ? [[name, value.slice(0, LONGEST_KEPT)]] : [];
    }),
  );
}

export function toRefusalOfDraft({ code, fields, retryAfterSeconds }: ServiceError, now: Date): RefusalOfDraft {
  const untilMs = retryAfterSeconds === undefined ? undefined : now.getTime() + retryAfterSeconds * 1000;
  return { code, fields: fields.slice(0, MOST_FAULTS), untilMs };
}

/** Why the form was refused; undefined when nothing was wrong, or when what it was to wait for is over. */
export function refusalOf({ refusal }: Draft, now: Date): ServiceError | undefined {
  if (!refusal || !isErrorCode(refusal.code)) return undefined;
  const { code, untilMs } = refusal;
  const fields = refusal.fields.flatMap(toFieldError);
  if (untilMs === undefined) return new ServiceError(code, { fields });
  const retryAfterSeconds = Math.ceil((untilMs - now.getTime()) / 1000);
  return retryAfterSeconds > 0 ? new ServiceError(code, { fields, retryAfterSeconds }) : undefined;
}

/** Whether a form that is asked for is the one of the draft: one that is asked for by less is. */
export function isOf({ step, path }: Draft, asked: string, query: Readonly<Record<string, unknown>>): boolean {
  const own = new URLSearchParams(path.split('?')[1]);
  return step === asked && [...own].every(([name, value]) => query[name] === undefined || query[name] === value);
}

/** What was written by another version of this service may have a code that this one does not know. */
function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorStatus, code);
}

function toFieldError({ code, ...rest }: RefusalOfDraft['fields'][number]): FieldError[] {
  const known = fieldErrorCodes.find((name) => name === code);
  return known ? [{ ...rest, code: known }] : [];
}
