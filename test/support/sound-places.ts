/** What every script that reads the sound of our captcha needs: where the six characters are, and what to type at each try. */

export interface Place {
  /** In frames. */
  readonly start: number;
  readonly end: number;
  /** How much it is like a character. */
  readonly score: number;
}

const LENGTH = 6;
/** The shortest pause, and half a syllable. */
const PAUSE_FRAMES = 8;

/** @returns the six places that do not overlap and have the largest sum, in their order; fewer when no six have room. */
export function choosePlaces<Found extends Place>(found: Iterable<Found>, frames: number): readonly Found[] {
  const ending: Found[][] = Array.from({ length: frames + 1 }, () => []);
  for (const place of found) ending[place.end]?.push(place);
  // By how many places end at or before each frame: the largest sum, and the last place of it.
  let sums = new Float64Array(frames + 1);
  const lasts: (Found | undefined)[][] = [];
  for (let count = 0; count < LENGTH; count++) {
    const next = new Float64Array(frames + 1).fill(Number.NEGATIVE_INFINITY);
    const last: (Found | undefined)[] = [undefined];
    for (let end = 1; end <= frames; end++) {
      next[end] = next[end - 1]!;
      last[end] = last[end - 1];
      for (const place of ending[end]!) {
        const sum = sums[before(place)]! + place.score;
        if (sum > next[end]!) {
          next[end] = sum;
          last[end] = place;
        }
      }
    }
    lasts.push(last);
    sums = next;
  }
  const places: Found[] = [];
  for (let count = LENGTH - 1, end = frames; count >= 0; count--) {
    const place = lasts[count]![end];
    if (!place) break;
    places.unshift(place);
    end = before(place);
  }
  return places;
}

function before({ start }: Place): number {
  return Math.max(0, start - PAUSE_FRAMES);
}

/** @param scores of each character, by place. @returns the likeliest answer, then those that change what is least certain. */
export function rankAnswers(scores: readonly ReadonlyMap<string, number>[], tries: number): readonly string[] {
  const choices = scores.map((ofPlace) =>
    [...ofPlace].map(([character, score]) => ({ character, score })).sort((a, b) => b.score - a.score),
  );
  const first = choices.map(([best]) => best!.character);
  const others = choices
    .flatMap(([best, ...rest], index) =>
      rest.map(({ character, score }) => ({ index, character, loss: best!.score - score })),
    )
    .sort((a, b) => a.loss - b.loss)
    .map(({ index, character }) => first.with(index, character));
  return [first, ...others].slice(0, tries).map((answer) => answer.join(''));
}

/** @returns how many of the characters stand at their place. */
export function countRight(typed: string | undefined, answer: string): number {
  return [...answer].filter((character, index) => typed?.[index] === character).length;
}
