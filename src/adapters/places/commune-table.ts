/** Reads the lines that scripts/build-reference-data.ts wrote; the top of that script says what they mean. */
import { type CommuneMove, normalisePlace } from '../../domain/birthplace.ts';
import { departementOf } from '../../domain/departement.ts';

/** A commune by one of its names. */
export interface CommuneEntry {
  readonly code: string;
  readonly name: string;
  /** The name as it is searched for. */
  readonly key: string;
  readonly departementCode: string;
  readonly former: boolean;
}

export interface CommuneTable {
  readonly departements: readonly (readonly [code: string, name: string])[];
  /** Code → its names, today's or the newest first. */
  readonly byCode: ReadonlyMap<string, readonly CommuneEntry[]>;
  readonly byDepartement: ReadonlyMap<string, readonly CommuneEntry[]>;
  readonly moves: ReadonlyMap<string, readonly CommuneMove[]>;
  readonly predecessors: ReadonlyMap<string, readonly string[]>;
}

export function parseCommuneTable(text: string): CommuneTable {
  const departements: [string, string][] = [];
  const byCode = new Map<string, CommuneEntry[]>();
  const byDepartement = new Map<string, CommuneEntry[]>();
  const moves = new Map<string, CommuneMove[]>();
  const predecessors = new Map<string, string[]>();
  for (const line of text.trimEnd().split('\n')) {
    const [code, name, ...marks] = line.split('\t') as [string, string, ...string[]];
    if (code.length < 5) {
      departements.push([code, name]);
      continue;
    }
    const departementCode = departementOf(code);
    const former = marks.some((mark) => mark.startsWith('-'));
    const entry = { code, name, key: normalisePlace(name), departementCode, former };
    append(byCode, code, entry);
    append(byDepartement, departementCode, entry);
    for (const mark of marks.filter((each) => each.startsWith('>'))) {
      const [to, until] = mark.slice(1).split('<') as [string, string?];
      append(moves, code, until === undefined ? { to } : { to, until });
      append(predecessors, to, code);
    }
  }
  return { departements, byCode, byDepartement, moves, predecessors };
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
