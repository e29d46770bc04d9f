/**
 * What has changed from one list of lines to another, as a reader of patches expects it: `- ` what is gone, `+ ` what has come,
 * and before each such place the line that it stands after.
 */
export function differencesOf(before: readonly string[], after: readonly string[]): string[] {
  const common = lengthsOfCommon(before, after);
  const changes: string[] = [];
  let [from, to, told] = [0, 0, -1];
  const tellPlace = () => {
    if (told !== from && from > 0) changes.push(`  ${before[from - 1]}`);
  };
  while (from < before.length || to < after.length) {
    const isSame = from < before.length && before[from] === after[to];
    if (isSame) [from, to] = [from + 1, to + 1];
    else {
      tellPlace();
      if (from < before.length && at(common, from + 1, to) >= at(common, from, to + 1))
        changes.push(`- ${before[from++]}`);
      else changes.push(`+ ${after[to++]}`);
      told = from;
    }
  }
  return changes;
}

const at = (table: readonly (readonly number[])[], row: number, column: number) => table[row]?.[column] ?? -1;

/** Of the longest list that both hold from here on, in each pair of places. */
function lengthsOfCommon(before: readonly string[], after: readonly string[]): number[][] {
  const table = Array.from({ length: before.length + 1 }, () => Array<number>(after.length + 1).fill(0));
  for (let from = before.length - 1; from >= 0; from--)
    for (let to = after.length - 1; to >= 0; to--) {
      const row = table[from] ?? [];
      row[to] =
        before[from] === after[to]
          ? at(table, from + 1, to + 1) + 1
          : Math.max(at(table, from + 1, to), at(table, from, to + 1));
    }
  return table;
}
