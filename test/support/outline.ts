/**
 * What a page says to a person and to a machine, as lines that can be read: its elements with their attributes, in their order,
 * each below the one that holds it. What only sets the page out (`div`, `section`, classes) leaves no line; a class that says
 * that something is wrong does.
 */
import assert from 'node:assert/strict';

export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const VOID = new Set(['input', 'img', 'br', 'meta', 'link']);
const SETS_OUT = new Set(['div', 'section', 'span', 'fieldset', 'option']);
/** What is marked so is told where it stands without the mark. */
const MARK = ' class="wrong"';
/** Of a long list, so many are told. */
const OPTIONS_TOLD = 3;
const TOKEN = /<!DOCTYPE html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => ENTITIES[name] ?? '');

/** Reads a page of ours. @throws AssertionError for markup that is not closed as it was opened, or that is no markup. */
export function parsePage(page: string): Element {
  const root = { tag: 'page', attributes: {}, children: [] as (Element | string)[] };
  const open = [root];
  let end = 0;
  for (const [token, closes, tag, attributes = '', text] of page.matchAll(TOKEN)) {
    assert.equal(page.slice(end, end + token.length), token, `no markup: ${page.slice(end, end + 40)}`);
    end += token.length;
    const inner = open.at(-1) ?? assert.fail(`${token} closes nothing`);
    if (text !== undefined) inner.children.push(unescaped(text));
    else if (closes) assert.equal(open.pop()?.tag, tag, `</${tag}>`);
    else if (tag) {
      const element = { tag, attributes: attributesOf(attributes), children: [] };
      inner.children.push(element);
      if (!VOID.has(tag)) open.push(element);
    }
  }
  assert.deepEqual([end, open.length], [page.length, 1], 'the page is whole');
  return root;
}

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)];
  const named = found.map(([, name = '', value = '']) => [name, unescaped(value)] as const);
  assert.equal(new Set(named.map(([name]) => name)).size, named.length, `an attribute twice: ${text}`);
  return Object.fromEntries(named);
}

export const elementsOf = ({ children }: Element): readonly Element[] =>
  children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...elementsOf(child)]));

export const find = (page: Element, tag: string): Element =>
  elementsOf(page).find((element) => element.tag === tag) ?? assert.fail(`no ${tag}`);

export const textOf = ({ children }: Element): string =>
  oneLine(children.map((child) => (typeof child === 'string' ? child : textOf(child))).join(''));

const oneLine = (text: string) => text.replace(/[ \n]+/g, ' ').trim();

/** One line for each element and each text. */
export function outlineOf(element: Element, depth = 0): string[] {
  if (element.tag === 'select') return outlineOfSelect(element, depth);
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return oneLine(child) === '' ? [] : [`${'  '.repeat(depth)}${oneLine(child)}`];
    const { tag, attributes, children } = child;
    const said = attributesSaid(attributes);
    if (SETS_OUT.has(tag) && said === '' && tag !== 'fieldset') return outlineOf(child, depth);
    const [only, ...more] = children;
    const isText = typeof only === 'string' && more.length === 0;
    const line = `${'  '.repeat(depth)}<${tag}${said}>${isText ? ` ${oneLine(only)}` : ''}`;
    const inner = said === MARK ? depth : depth + 1;
    return [line, ...(isText ? [] : outlineOf(child, inner))];
  });
}

function outlineOfSelect(element: Element, depth: number): string[] {
  const options = element.children.filter((child) => typeof child !== 'string');
  const isTold = (option: Element, index: number) => index < OPTIONS_TOLD || 'selected' in option.attributes;
  const told = options.filter(isTold).map((option) => `<option${attributesSaid(option.attributes)}> ${textOf(option)}`);
  return [...told, `${options.length} options`].map((line) => `${'  '.repeat(depth)}${line}`);
}

function attributesSaid({ class: name, ...attributes }: Element['attributes']): string {
  const said = name?.split(' ').includes('wrong') ? { class: 'wrong', ...attributes } : attributes;
  return Object.entries(said)
    .map(([key, value]) => (value === '' ? ` ${key}` : ` ${key}="${value}"`))
    .join('');
}

/** What every page keeps: ids are of one element, and all that points at one points at something there. */
export function checkReferences(page: Element): void {
  const elements = elementsOf(page);
  const byId = new Map(
    elements.flatMap((element) => (element.attributes.id ? [[element.attributes.id, element]] : [])),
  );
  const ids = elements.filter(({ attributes }) => attributes.id !== undefined);
  assert.equal(byId.size, ids.length, 'an id of two elements');
  for (const { tag, attributes, children } of elements) {
    const to = (id: string) => byId.get(id) ?? assert.fail(`<${tag}> points at #${id}`);
    if (attributes.href?.startsWith('#')) to(attributes.href.slice(1));
    if (attributes.form !== undefined) assert.equal(to(attributes.form).tag, 'form');
    if (attributes['aria-labelledby'] !== undefined) assert.notEqual(textOf(to(attributes['aria-labelledby'])), '');
    for (const id of attributes['aria-describedby']?.split(' ') ?? [])
      assert.notEqual(textOf(to(id)), '', `#${id} describes a field by nothing`);
    if (attributes['aria-invalid'] !== undefined) assert.match(attributes['aria-describedby'] ?? '', /-fault$/);
    if (['input', 'select'].includes(tag) && attributes.type !== 'hidden') {
      const labels = elements.filter((other) => other.tag === 'label' && other.attributes.for === attributes.id);
      assert.deepEqual([labels.length, labels.every((label) => textOf(label) !== '')], [1, true], attributes.name);
    }
    if (['button', 'a', 'h1', 'h2', 'legend', 'summary'].includes(tag))
      assert.notEqual(textOf({ tag, attributes, children }), '', `an empty <${tag}>`);
  }
}
