/** docs/audit-events.md: the catalogue of audit events, for who reads them. */
import { auditCatalogue } from '../src/app/audit-catalogue.ts';
import type { AuditDetail, AuditKind } from '../src/ports/audit-log.ts';
import { REFUSALS } from '../src/stories/kit/guarded-kind.ts';
import { page, table } from './markdown.ts';

const COLUMNS = [
  ['accountId', 'account_id', 'The opaque id of the account, which is also `sub`.'],
  ['clientId', 'client_id', 'The client whose interaction or token it is.'],
  ['requestId', 'request_id', 'The request: that of the log and of `X-Request-Id`.'],
  [
    'clientAddressIndex',
    'client_address_index',
    'A keyed digest of the client address: it groups events, and does not tell where from.',
  ],
] as const;

export function auditEventsPage(): string {
  const kinds = Object.entries(auditCatalogue).sort(([one], [other]) => (one < other ? -1 : 1));
  return page([
    '# Audit events',
    `Rows of \`audit_events\`, one for each security fact. Never a secret, a NIR, a name, a telephone number or an address. The list is
closed: an event, an outcome or a detail that is not here does not compile (ADR 0036). Each is declared beside the code that leaves it.
How long they are kept: \`docs/operations.md\`, « Logs and audit events ».`,
    table(
      ['column', 'meaning'],
      [
        ['`occurred_at`', 'When.'],
        ['`kind`, `outcome`', 'What, as below.'],
        ...COLUMNS.map(([, column, meaning]) => [`\`${column}\``, meaning]),
        ['`details`', 'JSON: what the outcome carries besides.'],
      ],
    ),
    '« In the transaction » says that the event is there exactly when the change is. Of a limit, a lock or spent tries one event is left each time that they begin to refuse.',
    table(
      ['kind', 'tells'],
      kinds.map(([kind, { says }]) => [`[\`${kind}\`](#${kind})`, says]),
    ),
    ...kinds.flatMap(([kind, declared]) => sectionOf(kind, declared)),
    '## Refusals',
    'Of the steps of a person, by their codes (`docs/errors.md`). A form that was filled in badly is no security fact.',
    table(
      ['outcome', 'tells'],
      Object.entries(REFUSALS).flatMap(([code, says]) => (says === null ? [] : [[`\`${code}\``, says]])),
    ),
  ]);
}

function sectionOf(kind: string, { says, names, outcomes, refusals = [] }: AuditKind): readonly string[] {
  const rows = Object.entries(outcomes).map(([outcome, told]) => {
    const { says: meaning, names: own, details = {} } = typeof told === 'string' ? { says: told } : told;
    return [
      `\`${outcome}\``,
      own ? `${meaning} ${namesOf(own)}` : meaning,
      Object.entries(details).map(detail).join('<br>'),
    ];
  });
  const codes = refusals.map((code) => `\`${code}\``).join(', ');
  return [
    `## ${kind}`,
    `${says} ${namesOf(names)}`,
    table(['outcome', 'tells', 'details'], rows),
    ...(refusals.length > 0 ? [`Refusals: ${codes}.`] : []),
  ];
}

function namesOf(names: AuditKind['names']): string {
  const columns = COLUMNS.flatMap(([name, column]) =>
    names[name] === undefined ? [] : [`\`${column}\`${names[name] === 'always' ? '' : ' where it is known'}`],
  );
  return `Names ${columns.join(', ')}.`;
}

function detail([name, { says, is }]: [string, AuditDetail]): string {
  const type = typeof is === 'string' ? is : is.map((value) => `\`${value}\``).join(' or ');
  return `\`${name}\` (${type}): ${says}`;
}
