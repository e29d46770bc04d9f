/**
 * Writes config/reference/communes.tsv, the table of communes that the service loads. Run it by hand after a new
 * version of either source, and commit the result: `node scripts/build-reference-data.ts`; with `--check` nothing is
 * written and a stale table ends with exit code 1. The same sources give the same bytes.
 *
 * Sources, both INSEE's Code officiel géographique (Licence Ouverte) as packaged by Etalab (MIT):
 * - `@etalab/decoupage-administratif`: communes, arrondissements and overseas of today, what was merged lately;
 * - its version 0.7.0, as `decoupage-administratif-historique`: every name, code and move from 1943 to 2019.
 * What neither holds is stated below: the codes that Mayotte, Saint-Barthélemy and Saint-Martin have left.
 *
 * One line each, fields separated by tabs, sorted by code. The length of the code tells which:
 * - `31 ⇥ Haute-Garonne`: a département or collectivité;
 * - `31555 ⇥ Toulouse`: a commune of today; `75101 ⇥ Paris 1er Arrondissement ⇥ =75056`: an arrondissement of it;
 * - `50383 ⇥ Octeville ⇥ -2000-02-28 ⇥ >50129`: a name that ended on a day (`-` alone: a day unknown), and where the
 *   code moved; `>89352<1977-01-01` until they parted again. Moves stand on the first line of their code.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { normaliseName } from '../src/domain/civil-names.ts';
import { projectRoot } from '../src/project-root.ts';

interface CurrentRecord {
  readonly code: string;
  readonly nom: string;
  readonly type: 'commune-actuelle' | 'commune-deleguee' | 'commune-associee' | 'arrondissement-municipal';
  /** Of an arrondissement: its city. */
  readonly commune?: string;
  /** Of a commune déléguée or associée: the commune that it is a part of. */
  readonly chefLieu?: string;
  readonly anciensCodes?: readonly string[];
}

interface HistoryRecord {
  readonly id: string;
  readonly code: string;
  readonly nom: string;
  readonly type: 'COM' | 'COMA' | 'COMD' | 'COMP';
  readonly dateFin?: string;
  readonly successeur?: string;
  /** Of a part: the commune that it is a part of. */
  readonly pole?: string;
}

interface FormerName {
  readonly code: string;
  readonly name: string;
  readonly endedOn: string;
}

const FILE = 'config/reference/communes.tsv';

/** Law organique 2007-223: communes of Guadeloupe until 2007-07-15. Mayotte became département 976 on 2011-03-31. */
const RECODED: readonly (readonly [former: string, current: string, on: string])[] = [
  ['97123', '97701', '2007-07-15'],
  ['97127', '97801', '2007-07-15'],
  ...Array.from({ length: 17 }, (_, index): [string, string, string] => {
    const number = String(index + 1).padStart(2, '0');
    return [`985${number}`, `976${number}`, '2011-03-31'];
  }),
];

/** The whole table. */
export function buildTable(): string {
  const departements = readJson<{ code: string; nom: string }[]>('@etalab/decoupage-administratif', 'departements');
  const current = readJson<CurrentRecord[]>('@etalab/decoupage-administratif', 'communes');
  const history = readJson<HistoryRecord[]>('decoupage-administratif-historique', 'historique-communes');
  const today = current.filter(({ type }) => type === 'commune-actuelle' || type === 'arrondissement-municipal');
  const names = new Map(today.map(({ code, nom }) => [code, nom]));
  const moves = collectMoves(current, history);
  const lines = [
    ...departements.map(({ code, nom }) => [code, nom]),
    ...today.map(({ code, nom, commune }) => [code, nom, ...(commune ? [`=${commune}`] : [])]),
    ...formerNames(current, history, names).map(({ code, name, endedOn }) => [code, name, `-${endedOn}`]),
  ];
  lines.sort(byCodeThenNewest);
  const placed = new Set<string>();
  for (const line of lines) {
    const code = line[0]!;
    if (!placed.has(code)) line.push(...[...(moves.get(code) ?? [])].sort());
    placed.add(code);
  }
  const lost = [...moves.keys()].filter((code) => !placed.has(code));
  if (lost.length > 0) throw new Error(`moves of communes without a name: ${lost.join(' ')}`);
  return `${lines.map((line) => line.join('\t')).join('\n')}\n`;
}

/** Former code → moves, in the writing of the table. */
function collectMoves(current: readonly CurrentRecord[], history: readonly HistoryRecord[]): Map<string, Set<string>> {
  const moves = new Map<string, Set<string>>();
  const add = (from: string, to: string, until?: string) => {
    if (from === to) return;
    if (!moves.has(from)) moves.set(from, new Set());
    moves.get(from)!.add(`>${to}${until ? `<${until}` : ''}`);
  };
  const byId = new Map(history.map((record) => [record.id, record]));
  for (const record of history) {
    const successor = byId.get(record.successeur ?? '');
    if (record.type === 'COM' && successor) add(record.code, successor.code);
    const whole = byId.get(record.pole ?? '');
    if (whole) add(record.code, whole.code, partingDay(record, byId));
  }
  for (const { code, chefLieu } of current) if (chefLieu) add(code, chefLieu);
  // Where history knows the way it is the longer one, step by step: 78182 was 91182 before it went into 91228.
  for (const { code, anciensCodes } of current)
    for (const former of anciensCodes ?? []) if (!moves.has(former)) add(former, code);
  for (const [former, code] of RECODED) add(former, code);
  for (const known of moves.values())
    for (const move of known) if (move.includes('<') && known.has(move.replace(/<.*/, ''))) known.delete(move);
  return moves;
}

/** The day when a part became a commune of its own again; undefined when it never did. */
function partingDay(part: HistoryRecord, byId: ReadonlyMap<string, HistoryRecord>): string | undefined {
  for (let record: HistoryRecord | undefined = part; record; ) {
    const next = byId.get(record.successeur ?? '');
    if (next?.type === 'COM') return record.dateFin;
    record = next;
  }
  return undefined;
}

/** Names that are not today's of their code, each once, with the last day known. */
function formerNames(
  current: readonly CurrentRecord[],
  history: readonly HistoryRecord[],
  today: ReadonlyMap<string, string>,
): readonly FormerName[] {
  const found = new Map<string, FormerName>();
  const add = (code: string, name: string, endedOn = '') => {
    const key = `${code} ${normaliseName(name)}`;
    if (normaliseName(name) === normaliseName(today.get(code) ?? '')) return;
    const known = found.get(key);
    if (!known || known.endedOn < endedOn) found.set(key, { code, name, endedOn });
  };
  for (const { code, nom, type, dateFin } of history) add(code, nom, type === 'COM' ? dateFin : undefined);
  for (const { code, nom, type } of current) if (type !== 'arrondissement-municipal') add(code, nom);
  for (const [former, code, on] of RECODED) add(former, today.get(code)!, on);
  return [...found.values()];
}

/** Today's name first, then the newest. */
function byCodeThenNewest(one: readonly string[], other: readonly string[]): number {
  return compare(one[0]!, other[0]!) || compare(rank(other), rank(one)) || compare(one[1]!, other[1]!);
}

function rank([, , third]: readonly string[]): string {
  return third?.startsWith('-') ? third.slice(1) : '9';
}

/** By code point: the same on every machine, whatever its language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function readJson<Content>(packageName: string, file: string): Content {
  const source = path.join(projectRoot, 'node_modules', packageName, 'data', `${file}.json`);
  return JSON.parse(readFileSync(source, 'utf8')) as Content;
}

function run(): void {
  const file = path.join(projectRoot, FILE);
  const table = buildTable();
  if (process.argv.includes('--check')) {
    const isStale = !existsSync(file) || readFileSync(file, 'utf8') !== table;
    if (isStale) console.error(`${FILE} is stale: run node scripts/build-reference-data.ts`);
    process.exitCode = isStale ? 1 : 0;
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, table);
  console.log(`${FILE}: ${table.split('\n').length - 1} lines, ${Buffer.byteLength(table)} bytes`);
}

if (import.meta.main) run();
