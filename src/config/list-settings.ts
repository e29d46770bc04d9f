/** All definitions in a row, for what is said about them: the documentation, the defaults, doubts and remedies. */
import { type Choice, type Group, isGroup, type Leaf, placeOf } from '../setting.ts';
import { settings } from './settings.ts';

export interface Listed {
  /** Such as `messages.kannel.url`. */
  readonly place: string;
  readonly definition: Leaf;
  /** Of a gateway: the choice that it belongs to, such as `messages.sms: kannel`. */
  readonly choice?: string;
}

/** Settings and secrets, those of gateways included. */
export function listSettings(): readonly Listed[] {
  return [...walk(settings, '')];
}

function* walk(group: Group, place: string): Generator<Listed> {
  const members = Object.entries(group);
  const choices = members.flatMap(([name, member]) =>
    isGroup(member) || member.is !== 'choice' ? [] : [{ where: placeOf(place, name), gateways: member.gateways }],
  );
  for (const [name, member] of members) {
    const where = placeOf(place, name);
    if (isGroup(member)) {
      const chosenBy = choices.find(({ gateways }) => name in gateways);
      for (const listed of walk(member, where))
        yield chosenBy ? { ...listed, choice: `${chosenBy.where}: ${name}` } : listed;
    } else {
      yield { place: where, definition: member };
      if (member.is === 'choice') yield* secretsOf(member, where);
    }
  }
}

function* secretsOf({ gateways }: Choice<unknown, unknown>, where: string): Generator<Listed> {
  for (const [name, { secrets }] of Object.entries(gateways))
    for (const definition of Object.values(secrets)) yield { place: where, definition, choice: `${where}: ${name}` };
}
