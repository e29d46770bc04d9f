/** Reads the vectors beside the tests, and what a refusal says. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ServiceError } from '../../src/errors.ts';

export function readVectors<Vectors>(file: string): Vectors {
  return parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')) as Vectors;
}

/** The codes of the fields that `read` refuses; none when it refuses nothing. */
export function codesOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'validation_failed') throw error;
    return error.fields.map((fault) => fault.code);
  }
}
