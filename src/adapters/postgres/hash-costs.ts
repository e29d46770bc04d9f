/** Which costs the stored hashes of passwords have: one step in the index for each, however many hashes there are. */
import { type Database, orUnavailable } from './database.ts';

/** @returns such as `m=19456,t=2,p=1`. */
export async function readHashCosts(database: Database): Promise<readonly string[]> {
  const { rows } = await orUnavailable<{ rows: { cost: string }[] }>(
    database.raw(`
      with recursive costs (cost) as (
        (select split_part(hash, '$', 4) from credentials order by split_part(hash, '$', 4) limit 1)
        union all
        select (select split_part(hash, '$', 4) from credentials where split_part(hash, '$', 4) > cost
          order by split_part(hash, '$', 4) limit 1)
        from costs where cost is not null
      )
      select cost from costs where cost is not null`),
  );
  return rows.map(({ cost }) => cost);
}
