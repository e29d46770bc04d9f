/** The service, whole, in a process of its own. */
import { createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { serveUsage } from './child.ts';

const app = await createApp(loadConfig());
await app.start();
serveUsage(() => app.stop());
