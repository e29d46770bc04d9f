/** What a run started and shares says here how it ends: a run that starts nothing loads nothing of it. */

const endings: (() => Promise<void>)[] = [];

export function atEnd(end: () => Promise<void>): void {
  endings.push(end);
}

/** The last that began ends first. */
export async function endAll(): Promise<void> {
  for (const end of endings.toReversed()) await end();
}
