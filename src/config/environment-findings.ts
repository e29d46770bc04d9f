/** The environment itself: a mode that does not fit, a secret given twice, a variable that is misspelt. All are doubts. */
import { isHttps } from '../web-address.ts';
import { isUnknownMode } from './environment.ts';
import type { Checked, Finding } from './finding.ts';
import { listSettings } from './list-settings.ts';

type Doubt = Omit<Finding, 'weight'>;

export function findEnvironmentFindings(checked: Checked): readonly Finding[] {
  const doubts = [...doubtsOfMode(checked), ...doubtsOfFiles(checked), ...doubtsOfSpelling(checked)];
  return doubts.map((doubt) => ({ ...doubt, weight: 'doubt' }));
}

function doubtsOfMode({ env, production, values }: Checked): readonly Doubt[] {
  if (!production && !isUnknownMode(env) && isHttps(values.issuer))
    return [
      {
        variable: 'NODE_ENV',
        says: 'the issuer is public, and what production asks for is not checked',
        remedy: 'Set NODE_ENV=production.',
      },
    ];
  return [];
}

function doubtsOfFiles({ env }: Checked): readonly Doubt[] {
  return listSettings()
    .filter(({ definition: { is, variable } }) => is === 'secret' && env[variable] && env[`${variable}_FILE`])
    .map(({ definition: { variable } }) => ({
      variable,
      says: `given twice: the file that ${variable}_FILE names wins`,
      remedy: 'Leave one of the two.',
    }));
}

/** A setting that is misspelt is not read, and nothing else says so. */
function doubtsOfSpelling({ env }: Checked): readonly Doubt[] {
  const known = new Set(
    listSettings().flatMap(({ definition: { is, variable } }) =>
      is === 'secret' ? [variable, `${variable}_FILE`] : [variable],
    ),
  );
  return Object.keys(env)
    .filter((name) => name.includes('_') && name.length >= 8 && !known.has(name))
    .flatMap((name) => {
      const meant = [...known].find((candidate) => isNear(name, candidate));
      return meant ? [{ variable: name, says: 'nobody reads it', remedy: `Was ${meant} meant? Then rename it.` }] : [];
    });
}

/** At most two letters added, left out or replaced (Levenshtein). */
function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 2) return false;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [at, expected] of [...other].entries())
      next.push(Math.min(row[at]! + (letter === expected ? 0 : 1), row[at + 1]! + 1, next[at]! + 1));
    row = next;
  }
  return row.at(-1)! <= 2;
}
