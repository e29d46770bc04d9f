/**
 * Every kind of audit event, from whoever leaves it: the kit and the protocol endpoints theirs, each story its own. A kind
 * that is declared and stands nowhere here does not compile.
 */
import { nirReleaseEvents, tokenEvents } from '../oidc/audit-events.ts';
import type { AuditKind, AuditKinds } from '../ports/audit-log.ts';
import { messageEvents } from '../stories/kit/messages/audit-events.ts';
import { ourStories } from './create-stories.ts';

const ofNoStory = { token: tokenEvents, 'nir-release': nirReleaseEvents, message: messageEvents };

export const auditCatalogue: Readonly<Record<string, AuditKind>> = createCatalogue();

function createCatalogue(): Readonly<Record<string, AuditKind>> {
  const isComplete: Difference extends never ? true : false = true;
  const ofStories = ourStories.map((story): Readonly<Record<string, AuditKind>> => story.auditEvents);
  return isComplete && Object.assign({ ...ofNoStory }, ...ofStories);
}

type Told = keyof typeof ofNoStory | ToldBy<(typeof ourStories)[number]>;

type ToldBy<Story> = Story extends { readonly auditEvents: infer Kinds } ? keyof Kinds : never;

/** One that is declared as optional is of a test's own story. */
type Declared = keyof { [Kind in keyof AuditKinds as undefined extends AuditKinds[Kind] ? never : Kind]: true };

type Difference = Exclude<Declared, Told> | Exclude<Told, Declared>;
