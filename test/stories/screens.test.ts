/**
 * What each screen says, held against what was written down in `screens/<story>.<language>.yaml`: a field renamed, a label that is
 * gone or a fault that is tied to nothing shows there. The first state of a screen is told whole, the others by what differs from
 * it. `SNAPSHOTS=write` writes them anew, to be read before they are kept.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import type { StepPage } from '../../src/screens/page.ts';
import { differencesOf } from '../support/differences.ts';
import { checkReferences, type Element, elementsOf, find, outlineOf, parsePage, textOf } from '../support/outline.ts';
import { firstPasswordStates, passwordRecoveryStates } from './screens/passwords.ts';
import { provisionalIdentifierStates } from './screens/provisional-identifier.ts';
import { signInStates } from './screens/sign-in.ts';
import type { State, States } from './screens/state.ts';
import { openStories, type Stories } from './support/stories.ts';

const STORIES: Readonly<Record<string, States>> = {
  'sign-in': signInStates,
  'first-password': firstPasswordStates,
  'password-recovery': passwordRecoveryStates,
  'provisional-identifier-recovery': provisionalIdentifierStates,
};
const LANGUAGES = ['fr', 'en'] as const;
type Language = (typeof LANGUAGES)[number];

const catalogues = loadCatalogues();
const links = Object.fromEntries(
  ['dataProtection', 'securityAdvice', 'legalNotice', 'accessibility', 'help'].map((name) => [name, `/link/${name}`]),
) as Record<keyof StepPage['links'], string>;

describe('the screens', () => {
  let registry: Stories['registry'];
  beforeEach(() => {
    ({ registry } = openStories());
  });

  function render(language: Language, { outcome, ...shown }: State): Element {
    const page: StepPage = {
      words: catalogues[language],
      links,
      textPage: (name) => `/page/${name}`,
      assetVersion: '1',
      trial: false,
      base: '/place',
      formToken: 'token',
      clientName: 'Mes "droits"',
      timeLeft: { endsAt: new Date(900_000), seconds: 900 },
      ...shown,
    };
    return parsePage(registry.viewOf(outcome.status).screen(page, outcome));
  }

  /** The title and the greeting, which a story may choose, then all that is its own. */
  function outlineOfPage(page: Element): readonly string[] {
    const welcome = elementsOf(page).find(({ attributes }) => attributes.class === 'welcome') ?? assert.fail();
    return [`title: ${textOf(find(page, 'title'))}`, `welcome: ${textOf(welcome)}`, ...outlineOf(find(page, 'main'))];
  }

  function tellEach(states: States, outlineOf: (state: State) => readonly string[]): Record<string, string> {
    const first = new Map<string, readonly string[]>();
    const told = Object.entries(states).map(([name, state]) => {
      const lines = outlineOf(state);
      const screen = `${state.outcome.status} ${registry.viewOf(state.outcome.status).path(state.outcome)}`;
      const whole = first.get(screen);
      if (!whole) first.set(screen, lines);
      return [name, `${(whole ? differencesOf(whole, lines) : lines).join('\n')}\n`] as const;
    });
    return Object.fromEntries(told);
  }

  for (const [story, states] of Object.entries(STORIES))
    for (const language of LANGUAGES) {
      const file = path.join(import.meta.dirname, 'screens', `${story}.${language}.yaml`);
      const outlines = () => tellEach(states, (state) => outlineOfPage(render(language, state)));

      describe(`of ${story}, in ${language}`, () => {
        beforeEach(() => {
          if (process.env.SNAPSHOTS === 'write') writeFileSync(file, stringify(outlines(), { lineWidth: 0 }));
        });

        it('say what was written down, each in every state', () => {
          const written = parse(readFileSync(file, 'utf8')) as Record<string, string>;
          for (const [name, outline] of Object.entries(outlines())) assert.equal(outline, written[name], name);
          assert.deepEqual(Object.keys(written), Object.keys(states), 'and no other');
        });

        it('tie each label, hint and fault to its field, and leave no placeholder unfilled', () => {
          for (const state of Object.values(states)) {
            const page = render(language, state);
            checkReferences(page);
            assert.equal(find(page, 'html').attributes.lang, language);
            assert.doesNotMatch(textOf(page), /[{}]|undefined|\[object/);
            const refused = state.refusal?.fields.filter(({ code }) => !code.startsWith('identifier_is_')) ?? [];
            for (const { field } of refused) isTied(page, field);
          }
        });
      });
    }

  /** The summary leads to the field, which says that it is wrong, and by what. */
  function isTied(page: Element, field: string): void {
    const elements = elementsOf(page);
    assert.ok(
      elements.some(({ tag, attributes }) => tag === 'a' && attributes.href === `#${field}`),
      `no link to ${field}`,
    );
    const wrong = elements.filter(({ attributes }) => attributes['aria-invalid'] === 'true');
    const described = wrong.filter(({ attributes }) =>
      attributes['aria-describedby']?.split(' ').includes(`${field}-fault`),
    );
    assert.equal(described.length, 1, `${field} is not told to be wrong`);
  }

  describe('in both languages', () => {
    it('are the same but for their words', () => {
      const shape = (element: Element): unknown => [
        element.tag,
        element.attributes.name,
        element.attributes.action,
        element.attributes.autocomplete,
        element.children.flatMap((child) => (typeof child === 'string' ? [] : [shape(child)])),
      ];
      for (const states of Object.values(STORIES))
        for (const [name, state] of Object.entries(states)) {
          const [fr, en] = [find(render('fr', state), 'main'), find(render('en', state), 'main')];
          assert.deepEqual(shape(en), shape(fr), name);
          assert.notDeepEqual(outlineOf(en), outlineOf(fr), name);
        }
    });
  });
});
