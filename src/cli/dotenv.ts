/** The option `--dotenv`, which several commands take. Node takes `--env-file` for itself, wherever it stands. */
import { InvalidArgumentError, Option } from 'commander';
import { readTextFile } from '../operator-file.ts';

export interface DotenvOption {
  readonly dotenv?: string;
}

export function dotenvOption(): Option {
  return new Option('--dotenv <file>', 'read variables from a file too; those of the environment win').argParser(
    (path) => {
      const file = readTextFile(path);
      if ('fault' in file) throw new InvalidArgumentError(`Cannot read it: ${file.fault}.`);
      return path;
    },
  );
}
