/** The option `--dotenv`, which several commands take. Node takes `--env-file` for itself, wherever it stands. */
import { existsSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';

export interface DotenvOption {
  readonly dotenv?: string;
}

export function dotenvOption(): Option {
  return new Option('--dotenv <file>', 'read variables from a file too; those of the environment win').argParser(
    (file) => {
      if (!existsSync(file)) throw new InvalidArgumentError('There is no such file.');
      return file;
    },
  );
}
