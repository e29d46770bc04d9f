/** What no production chooses of gateways: one that reaches nobody, and one that is reached in clear. */
import { isHttps, isLoopback } from '../web-address.ts';
import type { Checked, Finding } from './finding.ts';
import { settings } from './settings.ts';

/** Of the chosen gateways, whichever they are. */
export function findGatewayFindings({ production, values }: Checked): readonly Finding[] {
  if (!production) return [];
  const chosen = [
    { choice: settings.messages.sms, ...values.messages.sms },
    { choice: settings.messages.mail, ...values.messages.mail },
    { choice: settings.captcha.provider, ...values.captcha.provider },
  ];
  return chosen.flatMap(({ choice, name, settings: own }): readonly Finding[] => {
    const gateway = choice.gateways[name];
    const others = Object.keys(choice.gateways).filter((other) => !choice.gateways[other]?.forTrials);
    const trial: Finding = {
      variable: choice.variable,
      says: `${name} is for trials: nothing reaches anybody`,
      remedy: `Choose ${others.join(' or ')}, with its settings and secrets (docs/configuration.md).`,
      weight: 'trial',
    };
    const inClear = Object.entries(gateway?.settings ?? {})
      .filter(([key, { kind }]) => kind === 'address' && isInClear(String(own[key])))
      .map(
        ([, { variable }]): Finding => ({
          variable,
          says: 'neither https nor on this machine: credentials and what is sent cross the network in clear',
          remedy:
            'Give an https address, or put a tunnel with TLS beside the service and give its address on localhost.',
          weight: 'trial',
        }),
      );
    return [...(gateway?.forTrials ? [trial] : []), ...inClear];
  });
}

function isInClear(address: string): boolean {
  return address !== '' && !isHttps(address) && !isLoopback(address);
}
