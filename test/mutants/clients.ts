/** Wrong versions of what a file of clients may say. */
import { versionsOf, type WrongVersion } from './wrong-version.ts';

const TESTS = ['test/adapters/clients-file.test.ts'];
const entry = versionsOf('src/adapters/clients-file/read-client.ts', TESTS);
const native = versionsOf('src/adapters/clients-file/native-addresses.ts', TESTS);

export const clients: readonly WrongVersion[] = [
  entry(
    "  if (!scopes.includes('openid')) fault('scopes: openid is required');\n",
    '',
    'A client without openid among its scopes is taken, and none of its requests is right.',
  ),
  entry("|| text.includes('#')", '', 'A redirect URI has a fragment.'),
  entry('{1,64}$', '{1,640}$', 'The id of a client fills a line of the log.'),
  entry('const LONGEST_ADDRESS = 1024', 'const LONGEST_ADDRESS = 1023', 'An address of 1024 bytes is refused.'),
  entry('> LONGEST_ADDRESS)', '> 2 * LONGEST_ADDRESS)', 'An address may be longer than a query holds.'),
  native(
    "['127.0.0.1', '[::1]', 'localhost']",
    "['127.0.0.1', '[::1]', 'localhost', '0.0.0.0']",
    'Every address of the machine is taken for its loopback.',
  ),
  native(
    "new URL(origin).host === 'localhost'",
    "new URL(origin).hostname === 'localhost'",
    'What listens on a port of the machine is taken for a page in an application.',
  ),
  native(' && new URL(origin).origin === origin', '', 'An origin has a path.'),
];
