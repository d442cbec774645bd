import { InvalidArgumentError } from 'commander';

/**
 * Reads a count from the command line.
 *
 * @throws {InvalidArgumentError} which commander shows together with the option
 */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 on.');
  return Number(text);
}
