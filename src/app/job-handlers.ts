/** Who does each job: the kit its own, each story its own. A job without a handler, or with a wrong one, does not compile. */
import type { Config } from '../config/config.ts';
import type { JobHandlers, JobName } from '../ports/jobs.ts';
import type { Ports } from '../ports/ports.ts';
import { createDeliverFormerMessage } from '../stories/kit/messages/deliver-former-message.ts';
import { createDeliverMessage, type DeliverPorts } from '../stories/kit/messages/deliver-message.ts';
import { createMessageUndelivered } from '../stories/kit/messages/message-failed.ts';
import type { SendPorts } from '../stories/kit/messages/send-to-contact-point.ts';
import { createTellPasswordChanged } from '../stories/kit/messages/tell-password-changed.ts';
import { ourStories } from './create-stories.ts';

type JobPorts = Ports & SendPorts & DeliverPorts;

export function createJobHandlers(config: Config, ports: JobPorts): JobHandlers {
  const deliverMessage = createDeliverMessage(ports);
  const kitJobs = {
    'deliver-mail': deliverMessage,
    'deliver-message': createDeliverFormerMessage(ports),
    'deliver-sms': deliverMessage,
    'message-undelivered': createMessageUndelivered(ports),
    'tell-password-changed': createTellPasswordChanged(ports),
  } satisfies Partial<JobHandlers>;
  const storyJobs = ourStories.map(
    (story): Partial<JobHandlers> => ('createJobs' in story ? story.createJobs({ ports, settings: config }) : {}),
  );
  const isComplete: Difference<keyof typeof kitJobs> extends never ? true : false = true;
  return isComplete && Object.assign(kitJobs, ...storyJobs);
}

/** Jobs that neither the kit nor a story handles, and handlers of jobs that nobody declares. */
type Difference<KitJob> = Exclude<JobName, KitJob | StoryJob> | Exclude<StoryJob, JobName>;

type StoryJob = HandledBy<(typeof ourStories)[number]>;

type HandledBy<Story> = Story extends { createJobs(parts: never): infer Handlers } ? keyof Handlers : never;
