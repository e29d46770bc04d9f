/** What became of a step, to be compared with what became of another. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../../src/errors.ts';
import type { Answer } from './place.ts';
import type { Stories } from './stories.ts';

/** What a person sees of a refusal. */
export interface Refusal {
  readonly code: string;
  /** « identifier: field_required ». */
  readonly fields: readonly string[];
  readonly retryAfterSeconds?: number;
  readonly triesLeft?: number;
}

/** @throws Error when nothing was refused, or when the fault is ours. */
export async function refusalOf(step: Promise<unknown>): Promise<Refusal> {
  const error = await step.then(
    () => assert.fail('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServiceError)) throw error;
  const { code, retryAfterSeconds, triesLeft } = error;
  return {
    code,
    fields: error.fields.map((fault) => `${fault.field}: ${fault.code}`),
    retryAfterSeconds,
    ...(triesLeft !== undefined && { triesLeft }),
  };
}

/** A refusal, and what the stores were asked on the way to it. */
export async function watchRefusal(stories: Stories, step: () => Promise<unknown>) {
  let refusal: Refusal | undefined;
  const calls = await stories.callsDuring(async () => {
    refusal = await refusalOf(step());
  });
  return { refusal: refusal ?? assert.fail('nothing was refused'), calls };
}

/** The status of the answer, or the code of the refusal. */
export async function resultOf(step: Promise<Answer>): Promise<string> {
  try {
    return (await step).status;
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
}

/** What became of each, one after the other. */
export async function resultsOf(count: number, step: (index: number) => Promise<Answer>): Promise<readonly string[]> {
  const results: string[] = [];
  for (let index = 0; index < count; index++) results.push(await resultOf(step(index)));
  return results;
}
