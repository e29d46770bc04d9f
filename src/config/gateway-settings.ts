/** The settings of gateways as a part of all settings: they stand beside the choice, each under its gateway's name. */
import type { Settings } from '../setting.ts';

export function settingsOf<Gateways extends Readonly<Record<string, { readonly settings: Settings }>>>(
  gateways: Gateways,
): { readonly [Name in keyof Gateways]: Gateways[Name]['settings'] } {
  const entries = Object.entries(gateways).map(([name, { settings }]) => [name, settings] as const);
  // The compiler does not follow names through a list of entries.
  return Object.fromEntries(entries) as { readonly [Name in keyof Gateways]: Gateways[Name]['settings'] };
}
