/**
 * JSON lines by pino, by allow-list: a field that is not named here is not written. An error leaves its name, code
 * and stack, never a message of a library that could quote what a person typed.
 */
import { pino } from 'pino';
import type { LogFields, Logger } from '../ports/monitoring.ts';

interface Destination {
  write(line: string): void;
}

/** What waits for a reader of standard output, in bytes; what comes on top is lost. */
const MAXIMUM_WAITING = 1024 * 1024;

/** @param destination where lines go; standard output without it. */
export function createLogger(level: string, destination: Destination = untilFull(process.stdout)): Logger {
  const options = { level, base: undefined, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime };
  const log = pino(options, destination);
  return {
    info: (fields, message) => log.info(allowed(fields), message),
    warn: (fields, message) => log.warn(allowed(fields), message),
    error: (fields, message) => log.error(allowed(fields), message),
  };
}

/**
 * Writes without waiting: a pipe that nobody reads would hold the whole process, signals and all, and what waits would
 * fill its memory. How many lines were lost is said as soon as somebody reads again.
 */
export function untilFull(stream: { readonly writableLength: number; write(text: string): unknown }): Destination {
  let lost = 0;
  return {
    write(line) {
      if (stream.writableLength > MAXIMUM_WAITING) {
        lost += 1;
        return;
      }
      if (lost > 0)
        stream.write(`${JSON.stringify({ level: 50, event: 'log_lines_lost', details: { lines: lost } })}\n`);
      lost = 0;
      stream.write(line);
    },
  };
}

function allowed(fields: LogFields): Record<string, unknown> {
  const { event, requestId, operation, clientId, code, method, status, durationMs, error, details } = fields;
  return { event, requestId, operation, clientId, code, method, status, durationMs, details, error: describe(error) };
}

function describe(error: unknown, depth = 0): Record<string, unknown> | undefined {
  if (!(error instanceof Error)) return error === undefined ? undefined : { name: typeof error };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    name: error.name,
    code: typeof code === 'string' ? code : undefined,
    frames: framesOf(error),
    cause: cause === undefined || depth > 2 ? undefined : describe(cause, depth + 1),
  };
}

/** The stack without the message that stands before it, which may be of several lines. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  const frames = at < 0 ? stack : stack.slice(at + message.length);
  return frames
    .split('\n')
    .filter((line) => /^ {4}at .*(:\d+:\d+\)?|<anonymous>\)?|native\)?)$/.test(line))
    .slice(0, 8);
}
