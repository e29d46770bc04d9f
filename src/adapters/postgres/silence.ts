/**
 * A connection that nobody answers on and nobody closes (a machine that hangs, a firewall that has forgotten it). The
 * driver fails the query and keeps the connection, which then stalls whoever gets it next: so the socket is destroyed,
 * and each pool drops what it finds dead.
 */
import { Socket } from 'node:net';
import type pg from 'pg';

/** Of each connection: TCP asks an idle one after 5 s whether anybody is there, and Node gives it 10 more. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 5000 };

/**
 * Destroys the connection when a query was sent and no byte has come for so long. An idle connection may be silent.
 * @param onSilence is told first.
 */
export function endWhenSilent({ connection }: pg.Client, milliseconds: number, onSilence: () => void = () => {}): void {
  const { stream } = connection;
  if (!(stream instanceof Socket)) return;
  let sentWhenIdle = stream.bytesWritten;
  connection.on('readyForQuery', () => {
    sentWhenIdle = stream.bytesWritten;
  });
  stream.setTimeout(milliseconds);
  // Whatever is sent or comes arms it again; a listener given to `setTimeout` would hear it once.
  stream.on('timeout', () => {
    if (stream.bytesWritten === sentWhenIdle) return;
    onSilence();
    stream.destroy(Object.assign(new Error('the connection is silent'), { code: 'ETIMEDOUT' }));
  });
}
