/** What survived a run, held against the reasons that are given for it. */
import type { Survivor } from '../../test/mutants/survivors.ts';

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: string;
          readonly replacement?: string;
          readonly location: { readonly start: Position; readonly end: Position };
        }[];
      }
    >
  >;
}

export interface Accounts {
  /** Survived, without a reason. */
  readonly unexplained: readonly Survivor[];
  /** Has a reason, and did not survive. */
  readonly noticed: readonly Survivor[];
}

/** @param reasons those of other files are left alone. */
export function account(report: Report, reasons: readonly Survivor[]): Accounts {
  const survived = Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location, replacement = '' }) => {
        const [line = ''] = source.split('\n').slice(location.start.line - 1);
        return { file, line: flat(line), from: flat(piece(source, location)), to: flat(replacement), reason: '' };
      }),
  );
  const here = reasons.filter(({ file }) => file in report.files);
  return {
    unexplained: survived.filter((one) => !reasons.some((other) => isSame(one, other))),
    noticed: here.filter((one) => !survived.some((other) => isSame(one, other))),
  };
}

function piece(source: string, { start, end }: { start: Position; end: Position }): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n');
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function isSame(one: Survivor, other: Survivor): boolean {
  return one.file === other.file && one.line === other.line && one.from === other.from && one.to === other.to;
}
