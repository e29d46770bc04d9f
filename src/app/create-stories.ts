/** Gives each story what it asks for: ports, settings, the guard. What the configuration lacks does not compile. */
import type { Config } from '../config/config.ts';
import type { Ports } from '../ports/ports.ts';
import { createGuard, type Guard } from '../stories/kit/guard.ts';
import type { StorySteps } from '../stories/kit/step-table.ts';
import * as stories from './stories.ts';

/** A story, as the composition root sees it. */
export interface Story {
  readonly name: string;
  createSteps(parts: StoryParts): StorySteps;
}

export interface StoryParts {
  readonly ports: Ports;
  readonly settings: Config;
  readonly guard: Guard;
}

export const ourStories = Object.values(stories);

/** @param more stories besides ours: a test brings its own. */
export function createStories(config: Config, ports: Ports, more: readonly Story[] = []): readonly StorySteps[] {
  const { throttles, proxies } = config;
  const guard = createGuard(ports, {
    lockout: {
      firstLockAtFailure: throttles.lockFromFailure,
      maximumLockSeconds: throttles.lockMaximumSeconds,
      forgetAfterSeconds: throttles.lockForgetSeconds,
      attemptsPerDay: throttles.lockAttemptsPerDay,
    },
    sharedAddressFactor: proxies.sharedFactor,
  });
  return [...ourStories, ...more].map((story) => story.createSteps({ ports, settings: config, guard }));
}
