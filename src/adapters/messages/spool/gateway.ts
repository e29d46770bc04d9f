/** The spool, as a choice of `MESSAGES_SMS` and of `MESSAGES_MAIL`. */
import path from 'node:path';
import { projectRoot } from '../../../project-root.ts';
import { gateway, text } from '../../../setting.ts';
import type { ClosableNotifier, MessageTools } from '../gateway.ts';
import { createSpool } from './spool.ts';

export const spool = gateway({
  forTrials: true,
  settings: {
    folder: text('MESSAGES_SPOOL_FOLDER', '.data/spool', 'Folder of the spool, one file for each message'),
  },
  secrets: {},
  create({ folder }, { clock }: MessageTools): ClosableNotifier {
    return createSpool(path.resolve(projectRoot, folder), clock);
  },
});
