/**
 * The vocabulary of settings. A setting is defined once, as data: its variable, what it may be, its default, its
 * meaning. Its place is where it stands in the object that holds it; its type, the environment, config/default.yaml and
 * docs/configuration.md all derive from that one line.
 */
import { findSpellingFault, isWebUrl } from './web-address.ts';

interface Definition {
  /** The environment variable that gives it. */
  readonly variable: string;
  readonly meaning: string;
}

/** What is not secret: it stands in config/default.yaml, and the environment overrides it. */
export interface Setting<Value> extends Definition {
  readonly is: 'setting';
  /** What it may be, in the words of the documentation. */
  readonly kind: string;
  readonly default: Value;
  readonly empty?: Emptiness;
  /** Whether people are led to this address: production then asks for https. */
  readonly public?: boolean;
  /** @param raw a text of the environment, or a value of the file. @throws Error that says what it must be. */
  parse(raw: unknown): Value;
}

/** What is secret: from the environment, or from the file that `<NAME>_FILE` names; it has no default. */
export interface Secret<Value> extends Definition {
  readonly is: 'secret';
  /** Stands for it in the embedded default, which does without. */
  readonly whenEmbedded?: Value;
  /** @throws Error that says what it must be, and quotes nothing of it. */
  parse(text: string): Value;
}

/** Which of several gateways does the work. What a gateway is set by stands beside the choice, under the gateway's name. */
export interface Choice<Tools, Made> extends Definition {
  readonly is: 'choice';
  readonly default: string;
  readonly gateways: Readonly<Record<string, Gateway<Settings, Secrets, Tools, Made>>>;
}

/** One way to do the work, with the settings and secrets of its own. Only the secrets of a chosen one are asked for. */
export interface Gateway<Own extends Settings, Hidden extends Secrets, Tools, Made> {
  readonly settings: Own;
  readonly secrets: Hidden;
  /** It does the work for nobody: production should choose another. */
  readonly forTrials?: boolean;
  // A method: a list of gateways holds each as one that takes any settings, and hands it those that it declared.
  create(settings: Values<Own> & Values<Hidden>, tools: Tools): Made;
}

/** The gateway that was chosen, its settings already in hand. */
export interface Chosen<Tools, Made> {
  readonly name: string;
  /** Its own, without secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  create(tools: Tools): Made;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Secrets = Readonly<Record<string, Secret<unknown>>>;
export type Group = { readonly [name: string]: Member };
export type Leaf = Setting<unknown> | Secret<unknown> | Choice<unknown, unknown>;
export type Member = Leaf | Group;

/** What definitions come to: the object of the same shape that holds the values. */
export type Values<Part> =
  Part extends Setting<infer Value>
    ? Value
    : Part extends Secret<infer Value>
      ? Value
      : Part extends Choice<infer Tools, infer Made>
        ? Chosen<Tools, Made>
        : { readonly [Name in keyof Part]: Values<Part[Name]> };

/** Whether empty is an answer: always, or until the gateway that cannot do without it is chosen. Without it, never. */
type Emptiness = 'allowed' | 'until chosen';

interface TextOptions {
  readonly empty?: Emptiness;
  readonly public?: boolean;
}

export function text(variable: string, byDefault: string, meaning: string, options: TextOptions = {}): Setting<string> {
  const parse = (raw: unknown) => {
    const value = String(raw ?? '');
    return value === '' && !options.empty ? refuse('must not be empty') : value;
  };
  return { is: 'setting', kind: 'text', variable, default: byDefault, meaning, ...options, parse };
}

interface AddressOptions extends TextOptions {
  /** Whether a user and a password may stand in it. */
  readonly credentials?: boolean;
}

/** An http or https address, in its one spelling. */
export function address(
  variable: string,
  byDefault: string,
  meaning: string,
  { credentials = false, ...options }: AddressOptions = {},
): Setting<string> {
  const parse = (raw: unknown) => {
    if (options.empty && raw === '') return raw;
    if (!isWebUrl(raw)) return refuse(`must be an http or https address${options.empty ? ', or empty' : ''}`);
    const fault = findSpellingFault(raw, { credentials });
    return fault ? refuse(fault) : raw;
  };
  return { is: 'setting', kind: 'address', variable, default: byDefault, meaning, ...options, parse };
}

/** What a number may be, both ends included; by default from 1 to the most that is read. */
interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Nine digits: more than anything is counted to here, and less than what a store or the library takes. */
const LARGEST = 999_999_999;

export const PORTS = { minimum: 0, maximum: 65_535 } as const;

export function integer(variable: string, byDefault: number, meaning: string, range: Range = {}): Setting<number> {
  return number('whole number', /^\d{1,9}$/, variable, byDefault, meaning, range);
}

export function decimal(variable: string, byDefault: number, meaning: string, range: Range = {}): Setting<number> {
  return number('number', /^\d{1,9}(\.\d+)?$/, variable, byDefault, meaning, range);
}

function number(
  what: string,
  spelling: RegExp,
  variable: string,
  byDefault: number,
  meaning: string,
  { minimum = 1, maximum = LARGEST }: Range,
): Setting<number> {
  const parse = (raw: unknown) => {
    const value = spelling.test(String(raw)) ? Number(raw) : Number.NaN;
    return value >= minimum && value <= maximum ? value : refuse(`must be a ${what} from ${minimum} to ${maximum}`);
  };
  const kind = maximum < LARGEST ? `${what}, ${minimum} to ${maximum}` : atLeast(what, minimum);
  return { is: 'setting', kind, variable, default: byDefault, meaning, parse };
}

export function flag(variable: string, byDefault: boolean, meaning: string): Setting<boolean> {
  const parse = (raw: unknown) => {
    if (String(raw) === 'true') return true;
    return String(raw) === 'false' ? false : refuse('must be true or false');
  };
  return { is: 'setting', kind: '`true` or `false`', variable, default: byDefault, meaning, parse };
}

export function oneOf<const Value extends string>(
  variable: string,
  values: readonly Value[],
  byDefault: NoInfer<Value>,
  meaning: string,
): Setting<Value> {
  const parse = (raw: unknown) => values.find((value) => value === raw) ?? refuse(`must be ${anyOf(values)}`);
  const kind = anyOf(values.map((value) => `\`${value}\``));
  return { is: 'setting', kind, variable, default: byDefault, meaning, parse };
}

/** Some of several values, none by default. */
export function someOf(variable: string, values: readonly string[], meaning: string): Setting<readonly string[]> {
  const parse = (raw: unknown) => {
    const list: unknown[] = Array.isArray(raw) ? raw : String(raw).split(',');
    const named = list.map((item) => String(item).trim()).filter(Boolean);
    return named.every((name) => values.includes(name)) ? named : refuse(`must be some of ${anyOf(values)}`);
  };
  return {
    is: 'setting',
    kind: `some of ${anyOf(values.map((value) => `\`${value}\``))}`,
    variable,
    default: [],
    meaning,
    parse,
  };
}

export function choice<Tools, Made, Name extends string>(
  variable: string,
  gateways: Readonly<Record<Name, Gateway<Settings, Secrets, Tools, Made>>>,
  byDefault: NoInfer<Name>,
  meaning: string,
): Choice<Tools, Made> {
  return { is: 'choice', variable, default: byDefault, meaning, gateways };
}

/** Only infers the types: `create` is given what `settings` and `secrets` declare. */
export function gateway<Own extends Settings, Hidden extends Secrets, Tools, Made>(
  definition: Gateway<Own, Hidden, Tools, Made>,
): Gateway<Own, Hidden, Tools, Made> {
  return definition;
}

export function secret(variable: string, meaning: string): Secret<string> {
  return { is: 'secret', variable, meaning, parse: (text) => text };
}

export function parsedSecret<Value>(variable: string, meaning: string, parse: (text: string) => Value): Secret<Value> {
  return { is: 'secret', variable, meaning, parse };
}

export function isGroup(member: Member): member is Group {
  return typeof member.is !== 'string';
}

/** « messages » and « sms » are « messages.sms ». */
export function placeOf(group: string, name: string): string {
  return group ? `${group}.${name}` : name;
}

/** « a, b or c ». */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function atLeast(kind: string, minimum: number): string {
  return minimum === 1 ? kind : `${kind}, ${minimum} or more`;
}

function refuse(mustBe: string): never {
  throw new Error(mustBe);
}
