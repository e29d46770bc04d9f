import assert from 'node:assert/strict';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { complete } from '../support/configuration.ts';

/** The compiler is the test: each refusal must be one, or `tsc` complains that it is not. */
describe('the type of the configuration', () => {
  const config: Config = loadConfig(complete);

  it('is that of each definition', () => {
    const port: number = config.listen.port;
    const level: 'error' | 'warn' | 'info' | 'debug' | 'silent' = config.log.level;
    const trusted: readonly string[] = config.proxies.trusted;
    const key: Buffer = config.secrets.indexKey;
    assert.ok(port >= 0 && level && trusted && key);
    // @ts-expect-error a number
    const text: string = config.listen.port;
    assert.ok(text);
  });

  it('has no setting that nobody supplies', () => {
    const needs = (asked: { readonly throttles: { readonly fooPerHour: number } }) => asked.throttles.fooPerHour;
    // @ts-expect-error there is no such throttle
    assert.equal(needs(config), undefined);
    // @ts-expect-error there is no such group
    assert.equal(config.nowhere, undefined);
  });

  it('gives a gateway what it declares, and asks for its tools', () => {
    // @ts-expect-error the tools are missing
    assert.ok(() => config.messages.sms.create({}));
    // @ts-expect-error there is no such setting of Kannel
    assert.equal(config.messages.kannel.sender, undefined);
  });
});
