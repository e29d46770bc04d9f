/**
 * One range of a body (RFC 9110 §14): some browsers play no sound of a server that answers none. What is asked otherwise
 * (several ranges, another unit, `If-Range`, for which there is no validator) is answered by the whole.
 */
import type { Context } from './request-state.ts';

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Answers with all of it, with the range that was asked for (206), or by saying that there is none such (416). */
export function sendRange(ctx: Context, type: string, content: Buffer): void {
  ctx.type = type;
  ctx.set('Accept-Ranges', 'bytes');
  const range = ctx.get('If-Range') ? undefined : readRange(ctx.get('Range'), content.length);
  if (range === undefined) {
    ctx.body = content;
  } else if (range === 'unsatisfiable') {
    ctx.set('Content-Range', `bytes */${content.length}`);
    ctx.body = null;
    ctx.status = 416;
  } else {
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${range.first}-${range.last}/${content.length}`);
    ctx.body = content.subarray(range.first, range.last + 1);
  }
}

/** @returns undefined where the whole is the answer. */
export function readRange(header: string, length: number): Range | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (from === '' && to === '') return undefined;
  // Without a first byte: the last so many.
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  return first < length && first <= last ? { first, last } : 'unsatisfiable';
}
