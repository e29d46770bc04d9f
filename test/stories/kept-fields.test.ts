import assert from 'node:assert/strict';
import { openStories } from './support/stories.ts';

/** What proves something: a draft is written to the store and shown again. */
const SECRETS = /^(password|confirmation|code|captcha)$/;

describe('what a form keeps when it is not taken', () => {
  it('is no password, no code and no answer of a captcha, on any form', () => {
    const kept = [...openStories().registry.operations].flatMap(([id, { submit }]) =>
      (submit?.keeps ?? []).map((name) => `${id} ${name}`),
    );
    assert.ok(kept.length > 10, 'forms keep fields');
    assert.deepEqual(
      kept.filter((field) => SECRETS.test(field.split(' ')[1] ?? '')),
      [],
    );
  });
});
