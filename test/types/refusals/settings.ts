/** A setting that nobody supplies. */
import { createStories, type Story } from '../../../src/app/create-stories.ts';
import type { Config } from '../../../src/config/config.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import type { StorySteps } from '../../../src/stories/kit/step-table.ts';

declare const config: Config;
declare const ports: Ports;
declare const steps: StorySteps;

const needs = <Settings>() => ({ name: 'needy', createSteps: (_parts: { readonly settings: Settings }) => steps });

createStories(config, ports, [needs<{ readonly throttles: { readonly recoveryPerHour: number } }>()]);
// refuses TS2322: Property 'riddlesPerHour' is missing
createStories(config, ports, [needs<{ readonly throttles: { readonly riddlesPerHour: number } }>()]);
// refuses TS2322: Type 'number' is not assignable to type 'string'
createStories(config, ports, [needs<{ readonly throttles: { readonly recoveryPerHour: string } }>()]);
// refuses TS2339: Property 'recoveryPerDay' does not exist
export const misspelt = config.throttles.recoveryPerDay;
// refuses TS2741: Property 'createSteps' is missing
export const half: Story = { name: 'half' };
