/** The riddle's table, its screens, and the types of its operations, which are not in the service's contract. */
import type { Ports } from '../../../src/ports/ports.ts';
import { field, formToken, refusalSummary } from '../../../src/screens/fields.ts';
import { html } from '../../../src/screens/html.ts';
import { layout } from '../../../src/screens/layout.ts';
import type { StepPage } from '../../../src/screens/page.ts';
import type { Guard } from '../../../src/stories/kit/guard.ts';
import { action, type StepTable, type StorySteps, show, submit } from '../../../src/stories/kit/step-table.ts';
import { createRiddle, type RiddleAsked, type RiddleSolved } from './flow.ts';

interface Answers<Body> {
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': Body } } };
}
interface Asked {
  readonly status: 'riddle-asked';
  readonly tries: number;
}
interface Solved {
  readonly status: 'riddle-solved';
  readonly solvedBy: 'answer' | 'oracle';
}
interface Takes<Body> {
  readonly requestBody: { readonly content: { readonly 'application/json': Body } };
}

declare module '../../../src/http/contract/operations.ts' {
  interface Operations {
    readonly showRiddle: Answers<Asked>;
    readonly submitRiddle: Takes<{ readonly answer: string; readonly inCapitals?: boolean }> & Answers<Solved>;
    readonly showRiddleSolved: Answers<Solved>;
    readonly askOracle: Answers<Solved>;
    readonly hearOracle: Answers<Solved> & {
      readonly parameters: { readonly query: { readonly state: string; readonly word: string } };
    };
    readonly oracleCallback: object;
  }
}

export const riddle = {
  name: 'riddle',
  createSteps({ ports, guard }: { readonly ports: Pick<Ports, 'random'>; readonly guard: Guard }): StorySteps {
    const flow = createRiddle(ports, guard);
    return {
      steps: {
        'riddle-asked': {
          path: () => 'riddle',
          show: show('showRiddle', flow.show),
          submit: submit('submitRiddle', ({ answer, inCapitals = false }) => ({ answer, inCapitals }), flow.submit, {
            keeps: ['answer'],
          }),
          next: () => ['submitRiddle'],
          json: ({ tries }) => ({ tries }),
          screen: askedScreen,
        },
        'riddle-solved': {
          path: () => 'riddle/solved',
          show: show('showRiddleSolved', flow.showSolved),
          next: () => ['submitSignIn'],
          json: ({ solvedBy }) => ({ solvedBy }),
          screen: (page, { solvedBy }) =>
            layout(page, 'Riddle', html`<h1>${page.words.text('riddle.solved')} (${solvedBy})</h1>`),
        },
      } satisfies StepTable<RiddleAsked | RiddleSolved>,
      actions: [
        action('askOracle', flow.askOracle),
        submit('hearOracle', (_body, { state, word }) => ({ state, word }), flow.hear),
      ],
      callbacks: [{ operation: 'oracleCallback' }],
    };
  },
};

function askedScreen(page: StepPage, { tries }: RiddleAsked): string {
  const { words, refusal, base, typed } = page;
  const content = html`<h1>${words.text('riddle.question', { tries })}</h1>${refusalSummary(words, refusal)}
<form method="post" action="${base}/riddle">${formToken(page)}
${field(words, refusal, { name: 'answer', label: words.text('riddle.answer'), type: 'text', autocomplete: 'off', value: typed?.answer })}
<input type="checkbox" name="inCapitals" value="on"><button>OK</button></form>`;
  return layout(page, 'Riddle', content);
}
