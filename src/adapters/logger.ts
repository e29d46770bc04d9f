/**
 * JSON lines by pino, by allow-list: a field that is not named here is not written. An error leaves its name, code
 * and stack, never a message of a library that could quote what a person typed.
 */
import { pino } from 'pino';
import type { LogFields, Logger } from '../ports/monitoring.ts';

/** @param destination where lines go; standard output without it. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = { level, base: undefined, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime };
  const log = destination ? pino(options, destination) : pino(options);
  return {
    info: (fields, message) => log.info(allowed(fields), message),
    warn: (fields, message) => log.warn(allowed(fields), message),
    error: (fields, message) => log.error(allowed(fields), message),
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
