/** The load: whole sign-ins of visitors who never came before, one after the other or several at once. */
import { fetchUserInfo } from 'openid-client';
import type { RelyingParty } from '../support/relying-party.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';
import type { Child } from './child.ts';

export interface Target {
  readonly child: Child;
  readonly party: RelyingParty;
  readonly scope: string;
  /** What the sign-in form posts; undefined where the interaction asks for nothing. */
  nextForm(): Readonly<Record<string, string>>;
  /** Added to the address of the interaction. */
  readonly formPath: string;
}

/** The requests of one sign-in: authorize, the page, the form, resume, token, userinfo. */
export const REQUESTS = 6;

/** @returns how long the whole took, in milliseconds. */
export async function signInOnce({ party, scope, nextForm, formPath }: Target): Promise<number> {
  const visitor = new Visitor('html');
  const { url, checks } = await party.begin({ scope });
  const startedAt = performance.now();
  const interaction = expectLocation(await visitor.request(url));
  const page = await visitor.request(interaction);
  if (page.status !== 200) throw new Error(`no page: ${page.status} ${page.text}`);
  const form = { csrf: formTokenOf(page.text), ...nextForm() };
  const resume = expectLocation(await visitor.request(interaction + formPath, { form }));
  const callback = expectLocation(await visitor.request(resume));
  const tokens = await party.redeem(callback, checks);
  await fetchUserInfo(party.configuration, tokens.access_token, tokens.claims()?.sub ?? '');
  return performance.now() - startedAt;
}

/** @returns the processor time that the child spent on one sign-in, in milliseconds. */
export async function processorTime(target: Target, count: number): Promise<number> {
  const before = await target.child.usage();
  for (let done = 0; done < count; done++) await signInOnce(target);
  const after = await target.child.usage();
  return (after.processorMs - before.processorMs) / count;
}

/** @returns the latency of each sign-in, and the processor time of one. */
export async function concurrently(target: Target, count: number, atOnce: number) {
  const latencies: number[] = [];
  let begun = 0;
  const visit = async () => {
    while (begun++ < count) latencies.push(await signInOnce(target));
  };
  const before = await target.child.usage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, visit));
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await target.child.usage();
  return { latencies, processorMs: (after.processorMs - before.processorMs) / count, perSecond: count / seconds };
}

/** @param share 0.5 is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function expectLocation({ status, location, text }: { status: number; location?: string; text: string }): string {
  if (!location) throw new Error(`no redirect: ${status} ${text.slice(0, 300)}`);
  return location;
}
