/**
 * Every fault of a body at once, in the order of its screen: its shape, which the contract judges, then what the fields
 * mean, which the row judges for those whose shape is right (ADR 0027). Nothing secret is compared here, and nobody is
 * looked up: what a faulty form is still checked for stands behind a guard.
 */
import { collectFaults, type FieldError, ServiceError } from '../../errors.ts';
import type { StepContext } from '../../stories/kit/context.ts';
import type { Submit } from '../../stories/kit/step-table.ts';
import type { Contract } from '../contract/contract.ts';

type Body = Readonly<Record<string, unknown>>;

/** @throws ServiceError validation_failed, unsupported_media_type; the guard's. */
export async function checkBody(
  contract: Contract,
  id: string,
  mediaType: string,
  submit: Submit | undefined,
  context: StepContext,
  body: Body,
): Promise<void> {
  const shape = collectFaults(() => contract.checkBody(id, mediaType, body));
  await checkMeaning(submit, context, contract.toJsonBody(id, body), shape, contract.fieldsOf(id));
}

/**
 * @param shape what is wrong already.
 * @param order of the fields, as their form has them; a field that is none of them comes last.
 * @throws ServiceError validation_failed; the guard's.
 */
export async function checkMeaning(
  submit: Submit | undefined,
  context: StepContext,
  body: Body,
  shape: readonly FieldError[],
  order: readonly string[],
): Promise<void> {
  const isNamed = (field: string) => shape.some((fault) => fault.field === field);
  const missing = (submit?.requires(context, body) ?? []).filter((field) => !isNamed(field));
  const faults = [...missing.map((field) => ({ field, code: 'field_required' as const })), ...shape];
  faults.push(...(submit?.faults(context, without(body, faults)) ?? []));
  if (faults.length === 0) return;
  faults.push(...((await submit?.besides?.(context, without(body, faults))) ?? []));
  throw new ServiceError('validation_failed', { fields: inOrder(faults, order) });
}

function without(body: Body, faults: readonly FieldError[]): Body {
  const faulty = new Set(faults.map(({ field }) => field));
  return Object.fromEntries(Object.entries(body).filter(([name]) => !faulty.has(name)));
}

function inOrder(faults: readonly FieldError[], order: readonly string[]): readonly FieldError[] {
  const rankOf = ({ field }: FieldError) => (order.includes(field) ? order.indexOf(field) : order.length);
  return faults.toSorted((one, other) => rankOf(one) - rankOf(other));
}
