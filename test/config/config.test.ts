import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readClientsFile } from '../../src/adapters/clients-file/clients-file.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { type Environment, isEmbedded } from '../../src/config/environment.ts';
import { listSettings } from '../../src/config/list-settings.ts';
import { complete, faultsOf, secrets, production as sound, stores } from '../support/configuration.ts';

/** Asked for whatever is chosen. */
const secretVariables = listSettings().flatMap(({ definition, choice }) =>
  definition.is === 'secret' && !choice ? [definition.variable] : [],
);

const clientsOf = ({ clientsFile }: Config) => readClientsFile(clientsFile).clients;

const OWN_SCHEME =
  'must be an https address, http on the loopback, or a scheme of its own like fr.example.app:/callback (a domain name backwards, in small letters), without a fragment';

describe('the configuration', () => {
  let folder: string;
  let files = 0;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-config-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const name = path.join(folder, `file-${++files}`);
    writeFileSync(name, content);
    return name;
  }

  const client = {
    client_id: 'portal',
    name: 'Portal',
    home_url: 'https://portal.test',
    sector: 'portal',
    redirect_uris: ['https://portal.test/callback'],
    secret_env: 'CLIENT_MON_COMPTE_SECRET',
  };
  const withClients = (...clients: object[]): Environment => ({
    ...complete,
    CLIENTS_FILE: file(JSON.stringify({ clients })),
  });
  const production = (more: Environment = {}, ...clients: object[]): Environment => ({
    ...sound,
    CLIENTS_FILE: withClients(...(clients.length > 0 ? clients : [client])).CLIENTS_FILE,
    ...more,
  });

  it('reads the defaults, the environment over them, and the clients', () => {
    const config = loadConfig({ ...complete, PORT: '3456', SESSION_PERSISTENT: 'true', PASSWORD_MINIMUM_BITS: '49.5' });
    assert.equal(config.listen.port, 3456);
    assert.equal(config.session.persistent, true);
    assert.equal(config.passwords.minimumBits, 49.5);
    assert.equal(config.passwords.maximumLength, 24);
    assert.equal(config.databaseUrl, stores.DATABASE_URL);
    assert.equal(config.redisUrl, stores.REDIS_URL);
    assert.deepEqual(
      clientsOf(config)
        .map(({ clientId }) => clientId)
        .slice(0, 2),
      ['mon-compte', 'mon-compte-droits'],
    );
    assert.equal(clientsOf(config)[0]?.secret, secrets.CLIENT_MON_COMPTE_SECRET);
  });

  it('takes the slash from the end of the issuer', () => {
    assert.equal(loadConfig({ ...complete, ISSUER: 'https://identity.test/' }).issuer, 'https://identity.test');
  });

  it('reads ranges of addresses from a list', () => {
    const config = loadConfig({ ...complete, TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::/32' });
    assert.deepEqual(config.proxies.trusted, ['10.0.0.0/8', '2001:db8::/32']);
  });

  for (const [variable, value, says] of [
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['ADMIN_PORT', '99999', 'a whole number from 0 to 65535'],
    ['SMTP_PORT', '99999', 'a whole number from 1 to 65535'],
    ['DRAIN_SECONDS', '99999999', 'a whole number from 0 to 300'],
    ['ARGON2_PARALLELISM', '300000000', 'a whole number from 1 to 255'],
    ['ARGON2_MEMORY_KIB', '999999999', 'a whole number from 1024 to 4194304'],
    ['CODE_TRIES', '1000000000', 'a whole number from 1 to 999999999'],
    ['CODE_TRIES', '0', 'a whole number from 1 to 999999999'],
    ['PASSWORD_MINIMUM_BITS', '1000000000', 'a number from 0 to 999999999'],
    ['TIME_ZONE', 'Europe/Lutece', 'a time zone, such as Europe/Paris or Indian/Reunion'],
  ] as const)
    it(`says what ${variable} may be, and refuses ${value}`, () => {
      const faults = faultsOf({ ...complete, [variable]: value });
      assert.equal(faults.length, 1, faults.join());
      assert.ok(faults[0]?.endsWith(`(${variable}): must be ${says}`), faults[0]);
    });

  it('refuses a memory of argon2 that its lanes do not fit in', () => {
    const lanes = { ...complete, ARGON2_PARALLELISM: '200', ARGON2_MEMORY_KIB: '1024' };
    assert.match(
      faultsOf(lanes).join(),
      /^ARGON2_MEMORY_KIB: must be 1600 or more, 8 for each lane of ARGON2_PARALLELISM$/,
    );
  });

  for (const [variable, address, says] of [
    ['DATABASE_URL', 'postgres://app:Se%ZZsame@db.test/identity', /a % in it begins no escape.*%25/],
    ['DATABASE_URL', 'postgres://app@db.test/identit%', /a % in it begins no escape/],
    ['REDIS_URL', 'redis://app:Se%ZZsame@redis.test', /a % in it begins no escape/],
    ['REDIS_URL', 'redis://redis.test/Sesame', /its path must be the number of a database, such as \/0/],
    ['REDIS_URL', 'redis://redis.test/1/2', /its path must be the number of a database/],
    ['KANNEL_REPORT_URL', 'http://ka:Se%ZZsame@reports.test/', /a % in it begins no escape/],
  ] as const)
    it(`refuses ${variable} ${new URL(address).pathname}, which nobody could read, and quotes nothing of it`, () => {
      const faults = faultsOf({ ...complete, [variable]: address });
      assert.equal(faults.length, 1, faults.join());
      assert.match(faults[0] ?? '', says);
      assert.doesNotMatch(faults[0] ?? '', /sesame/i);
    });

  it('reads a store with the number of its database, and with escapes', () => {
    const REDIS_URL = 'redis://app:p%40ss@redis.test/3';
    assert.equal(loadConfig({ ...complete, REDIS_URL }).redisUrl, REDIS_URL);
  });

  it('reads countries from a list, and names what is none', () => {
    assert.deepEqual(loadConfig({ ...complete, MESSAGES_COUNTRIES: 'FR, BE' }).messages.countries.listed, ['FR', 'BE']);
    assert.deepEqual(faultsOf({ ...complete, MESSAGES_COUNTRIES: 'FR,Belgique' }), [
      'messages.countries.listed (MESSAGES_COUNTRIES): number 2 is no country with telephones, such as FR or BE',
    ]);
  });

  it('reads keys with their ids, the newest first', () => {
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const list = `k2:${two.toString('base64')}, k1:${one.toString('base64')}`;
    const config = loadConfig({ ...complete, SEALING_KEYS: list });
    assert.deepEqual(config.secrets.sealingKeys, [
      { id: 'k2', key: two },
      { id: 'k1', key: one },
    ]);
  });

  it('names every fault at once: settings, secrets and clients', () => {
    const { INDEX_KEY: _, ...others } = complete;
    const faults = faultsOf({
      ...others,
      ...{ ISSUER: 'identity', PORT: 'http', SESSION_PERSISTENT: 'yes', TRUSTED_PROXIES: '10.0.0.0/8,proxy' },
      ...{ HOST: '', LOG_LEVEL: 'loud', UI_URL: 'ftp://front.test', PASSWORD_MINIMUM_BITS: '-1' },
      ...{ COOKIE_KEYS: 'short', SEALING_KEYS: 'k1', PASSWORD_PEPPERS: 'p1:AAAA', SIGNING_KEYS: '{"keys":[]}' },
      CLIENTS_FILE: file('clients: [{ client_id: a b }]'),
    });
    const named = [
      ...['issuer (ISSUER)', 'listen.port (PORT)', 'session.persistent (SESSION_PERSISTENT)'],
      ...['proxies.trusted (TRUSTED_PROXIES)', 'listen.host (HOST)', 'log.level (LOG_LEVEL)', 'ui.url (UI_URL)'],
      ...['passwords.minimumBits (PASSWORD_MINIMUM_BITS)', 'COOKIE_KEYS', 'SEALING_KEYS', 'PASSWORD_PEPPERS'],
      ...['SIGNING_KEYS', 'INDEX_KEY: required', 'client number 1: client_id', 'client number 1: redirect_uris'],
      ...['client number 1: name', 'client number 1: sector', 'client number 1: secret_env'],
    ];
    assert.deepEqual(
      named.filter((name) => !faults.some((fault) => fault.startsWith(name))),
      [],
    );
  });

  it('says all of them in the message of the error, and none of the secrets', () => {
    const wrong = { SEALING_KEYS: 'k1:very-secret', COOKIE_KEYS: 'very-secret', PAIRWISE_KEY: 'very-secret' };
    assert.throws(
      () => loadConfig({ ...complete, ...wrong, PORT: 'x' }),
      (error: Error) => {
        for (const name of [...Object.keys(wrong), 'PORT']) assert.ok(error.message.includes(name), name);
        assert.doesNotMatch(error.message, /very-secret/);
        return true;
      },
    );
  });

  it('quotes nothing of signing keys that cannot be read', () => {
    const faults = faultsOf({ ...complete, SIGNING_KEYS: 'very-secret' });
    assert.match(faults.join(), /^SIGNING_KEYS: /);
    assert.doesNotMatch(faults.join(), /very-secret|very/);
  });

  it('knows where a store cannot be, and quotes nothing of its address', () => {
    for (const [variable, example] of [
      ['DATABASE_URL', 'postgres://'],
      ['REDIS_URL', 'redis://'],
    ] as const)
      for (const text of ['nonsense', 'https://host.test/a-password', `${example}`]) {
        const faults = faultsOf({ ...complete, [variable]: text });
        assert.equal(faults.length, 1, text);
        assert.ok(faults[0]?.startsWith(`${variable}: must be an address like ${example}`), faults[0]);
        assert.ok(!faults[0]?.includes('a-password'));
      }
  });

  it('has a default for no secret', () => {
    const faults = faultsOf({});
    for (const env of secretVariables) assert.ok(faults.includes(`${env}: required, and has no default`), env);
    assert.ok(faults.includes('client mon-compte: CLIENT_MON_COMPTE_SECRET: required, and has no default'));
  });

  it('takes an empty secret for one that is missing', () => {
    for (const env of secretVariables)
      for (const empty of ['', '   '])
        assert.deepEqual(faultsOf({ ...complete, [env]: empty }), [`${env}: required, and has no default`]);
  });

  it('is never embedded in production', () => {
    assert.equal(isEmbedded({}), true);
    assert.equal(isEmbedded({ NODE_ENV: 'production' }), false);
    assert.equal(isEmbedded({ NODE_ENV: 'Production' }), false, 'nor in a mode that nobody knows');
    for (const NODE_ENV of ['', 'development', 'test']) assert.equal(isEmbedded({ NODE_ENV }), true);
    for (const variable of ['DATABASE_URL', 'DATABASE_URL_FILE', 'REDIS_URL', 'REDIS_URL_FILE'])
      assert.equal(isEmbedded({ [variable]: 'x' }), false, variable);
  });

  it('refuses one store without the other', () => {
    assert.deepEqual(faultsOf({ ...complete, REDIS_URL: undefined }), ['REDIS_URL: required, and has no default']);
    assert.deepEqual(faultsOf({ ...complete, DATABASE_URL: undefined }), [
      'DATABASE_URL: required, and has no default',
    ]);
  });

  it('needs no Redis when its database is embedded', () => {
    assert.equal(loadConfig({}, { ...secrets, DATABASE_URL: stores.DATABASE_URL }).redisUrl, '');
  });

  it('reads a secret from the file that <NAME>_FILE names, the end of the line aside', () => {
    for (const env of secretVariables) {
      const { [env]: value, ...others } = complete;
      assert.deepEqual(faultsOf({ ...others, [`${env}_FILE`]: file(`${value}\n`) }), [], env);
    }
    const { DATABASE_URL: _, CLIENT_MON_COMPTE_SECRET: secret, ...others } = complete;
    const config = loadConfig({
      ...others,
      DATABASE_URL_FILE: file('postgres://file.test/identity\n'),
      CLIENT_MON_COMPTE_SECRET_FILE: file(`${secret}\n`),
    });
    assert.equal(config.databaseUrl, 'postgres://file.test/identity');
    assert.equal(clientsOf(config)[0]?.secret, secret);
  });

  it('refuses a file of a secret that is not there, or empty', () => {
    const { INDEX_KEY: _, ...others } = complete;
    assert.ok(faultsOf({ ...others, INDEX_KEY_FILE: '/nowhere' }).includes('INDEX_KEY_FILE: there is no such file'));
    assert.deepEqual(faultsOf({ ...others, INDEX_KEY_FILE: file('\n') }), ['INDEX_KEY: required, and has no default']);
    assert.ok(faultsOf({ ...others, INDEX_KEY_FILE: folder }).includes('INDEX_KEY_FILE: this is no readable file'));
    assert.deepEqual(faultsOf({ ...complete, CLIENTS_FILE: folder }), [
      'clients.file (CLIENTS_FILE): this is no readable file',
    ]);
  });

  it('asks a client for the name of its variable, and takes none that every object has', () => {
    for (const named of ['constructor', 'toString', '__proto__', 'portal-secret', 'x'.repeat(40)])
      assert.deepEqual(faultsOf(withClients({ ...client, secret_env: named })), [
        'client portal: secret_env: must be the name of a variable, such as CLIENT_PORTAL_SECRET',
      ]);
  });

  it('quotes nothing of a range that it cannot read', () => {
    assert.deepEqual(faultsOf({ ...complete, TRUSTED_PROXIES: '10.0.0.0/8, redis://:very-secret@host' }), [
      'proxies.trusted (TRUSTED_PROXIES): number 2 is not a range like 10.0.0.0/8 or 2001:db8::/32',
    ]);
  });

  it('accepts a production that has every secret and https', () => {
    assert.equal(loadConfig(production()).production, true);
  });

  it('refuses a production that lacks any one of its secrets', () => {
    for (const env of secretVariables)
      assert.deepEqual(faultsOf(production({ [env]: undefined })), [`${env}: required, and has no default`]);
  });

  it('asks production for https, of the issuer and of every address of a client, and refuses localhost', () => {
    assert.deepEqual(faultsOf(production({ ISSUER: 'http://identity.test' })), [
      'issuer (ISSUER): must be https in production',
    ]);
    assert.deepEqual(faultsOf(production({ ISSUER: 'http://localhost:3000' })), [
      'ISSUER: the public address is on localhost',
    ]);
    const plain = {
      ...client,
      redirect_uris: ['http://portal.test/callback'],
      post_logout_redirect_uris: ['http://portal.test/'],
    };
    assert.deepEqual(faultsOf(production({}, plain)), [
      'client portal: redirect_uris, number 1: must be https in production',
      'client portal: post_logout_redirect_uris, number 1: must be https in production',
    ]);
  });

  it('asks production for https of every address that people are led to', () => {
    const faults = faultsOf(
      production(
        { UI_URL: 'http://front.test', HOME_URL: 'http://home.test', PAGE_HELP_URL: 'http://help.test' },
        { ...client, home_url: 'http://portal.test' },
      ),
    );
    for (const name of ['ui.url (UI_URL)', 'ui.homeUrl (HOME_URL)', 'ui.pages.help (PAGE_HELP_URL)', 'home_url'])
      assert.ok(
        faults.some((fault) => fault.includes(name)),
        name,
      );
  });

  it('gives the NIR to no client that is not entitled', () => {
    const asking = { ...client, scopes: ['openid', 'nir'] };
    assert.deepEqual(faultsOf(withClients(asking)), ['client portal: scopes: nir needs nir_entitled: true']);
    assert.deepEqual(faultsOf(withClients({ ...asking, nir_entitled: 'true' })), [
      'client portal: nir_entitled: must be true or false',
      'client portal: scopes: nir needs nir_entitled: true',
    ]);
    assert.equal(clientsOf(loadConfig(withClients({ ...asking, nir_entitled: true })))[0]?.nirEntitled, true);
  });

  it('refuses what it does not know of a client, and a client that stands twice', () => {
    assert.deepEqual(faultsOf(withClients({ ...client, redirect_uri: 'x', scopes: ['openid', 'email'] })), [
      'client portal: redirect_uri: unknown',
      'client portal: scopes, number 2: must be openid, offline_access, profile, identite_pivot or nir',
    ]);
    assert.deepEqual(faultsOf(withClients(client, client)), ['client portal: stands twice in the clients file']);
  });

  it('refuses a short secret of a client, and asks a public one for none', () => {
    assert.deepEqual(faultsOf({ ...withClients(client), CLIENT_MON_COMPTE_SECRET: 'short' }), [
      'client portal: CLIENT_MON_COMPTE_SECRET: 32 characters or more',
    ]);
    const { secret_env: _, ...open } = client;
    assert.equal(clientsOf(loadConfig(withClients({ ...open, public: true })))[0]?.secret, undefined);
  });

  it('takes the way in which a client authenticates, and refuses one that does not fit it', () => {
    const { secret_env: _, ...open } = { ...client, public: true };
    const methodOf = (entry: object, token_endpoint_auth_method: unknown) => {
      const environment = withClients({ ...entry, token_endpoint_auth_method });
      const [fault] = faultsOf(environment);
      return fault ?? clientsOf(loadConfig(environment))[0]?.tokenEndpointAuthMethod;
    };
    for (const method of ['client_secret_basic', 'client_secret_post', undefined])
      assert.equal(methodOf(client, method), method);
    for (const method of ['none', undefined]) assert.equal(methodOf(open, method), method);
    const wrong = 'client portal: token_endpoint_auth_method:';
    assert.equal(methodOf(client, 'none'), `${wrong} none needs public: true`);
    for (const method of ['client_secret_basic', 'client_secret_post'])
      assert.equal(methodOf(open, method), `${wrong} a public client has no secret: none, or leave it out`);
    for (const method of ['private_key_jwt', '', null, 7])
      assert.equal(methodOf(client, method), `${wrong} must be client_secret_basic, client_secret_post or none`);
  });

  it('refuses of a client what would be taken for nothing: a word for true, a text for a list, an address too long to be asked for', () => {
    const faults = (more: object) => faultsOf(withClients({ ...client, ...more }));
    for (const flag of ['public', 'native', 'refresh', 'nir_entitled', 'refresh_rotation'])
      for (const value of ['yes', 'true', 1, []])
        assert.ok(faults({ [flag]: value }).includes(`client portal: ${flag}: must be true or false`), flag);
    for (const key of ['redirect_uris', 'post_logout_redirect_uris', 'scopes', 'origins'])
      for (const value of ['https://portal.test/callback', true, {}])
        assert.ok(faults({ [key]: value }).includes(`client portal: ${key}: must be a list`), key);
    const long = (length: number) => `https://portal.test/${'x'.repeat(length - 20)}`;
    for (const key of ['redirect_uris', 'post_logout_redirect_uris']) {
      assert.deepEqual(faults({ [key]: [long(1024)] }), []);
      assert.deepEqual(faults({ [key]: [long(1025)] }), [`client portal: ${key}, number 1: longer than 1024 bytes`]);
    }
  });

  it('takes what signs the ID tokens of a client, ES256 or RS256, and refuses anything else', () => {
    const algorithmOf = (id_token_alg: unknown) => {
      const environment = withClients({ ...client, id_token_alg });
      const [fault] = faultsOf(environment);
      return fault ?? clientsOf(loadConfig(environment))[0]?.idTokenAlgorithm;
    };
    for (const [asked, given] of [
      [undefined, 'ES256'],
      ['ES256', 'ES256'],
      ['RS256', 'RS256'],
    ])
      assert.equal(algorithmOf(asked), given);
    for (const wrong of ['none', 'HS256', 'rs256', '', null, 7])
      assert.equal(algorithmOf(wrong), 'client portal: id_token_alg: must be ES256 or RS256');
  });

  it('lets a client with a secret keep its refresh token, and no public one', () => {
    const { secret_env: _, ...open } = { ...client, public: true };
    const read = (entry: object) => {
      const [found] = clientsOf(loadConfig(withClients(entry)));
      return [found?.refreshReuse, found?.refreshRotation];
    };
    assert.deepEqual(read(client), ['grace', true]);
    assert.deepEqual(read({ ...client, refresh_reuse: 'strict', refresh_rotation: false }), ['strict', false]);
    assert.deepEqual(read({ ...open, refresh_reuse: 'grace', refresh_rotation: true }), ['grace', true]);
    assert.deepEqual(faultsOf(withClients({ ...open, refresh_rotation: false })), [
      'client portal: refresh_rotation: of a public client refresh tokens rotate: leave it out',
    ]);
    for (const refresh_reuse of ['never', '', null, true, 10])
      assert.deepEqual(faultsOf(withClients({ ...client, refresh_reuse })), [
        'client portal: refresh_reuse: must be grace or strict',
      ]);
  });

  it('asks of a native client that it be public, on https or on the loopback of its machine', () => {
    const { secret_env: _, ...open } = { ...client, public: true, native: true };
    const at = (...redirect_uris: string[]) => withClients({ ...open, redirect_uris });
    const [read] = clientsOf(loadConfig(at('http://127.0.0.1/callback', 'https://app.test/callback')));
    assert.equal(read?.native, true);
    assert.deepEqual(faultsOf(withClients({ ...client, native: true })), [
      'client portal: native: needs public: true, for whoever has the application has its secret',
    ]);
    assert.deepEqual(faultsOf(at('http://portal.test/callback', 'https://127.0.0.1/callback', 'nonsense')), [
      'client portal: redirect_uris, number 1: of a native client, http is for 127.0.0.1 and [::1] alone',
      'client portal: redirect_uris, number 2: of a native client, the loopback is http',
      `client portal: redirect_uris, number 3: ${OWN_SCHEME}`,
    ]);
  });

  it('takes of a native client a scheme that is a domain name backwards, and no other', () => {
    const { secret_env: _, ...open } = { ...client, public: true, native: true };
    const at = (uri: string) => withClients({ ...open, redirect_uris: [uri], post_logout_redirect_uris: [uri] });
    for (const uri of ['fr.example.app:/callback', 'fr.example.app://callback', 'fr.my-app.v2:/a/b?from=app', 'a.b:/'])
      assert.deepEqual(clientsOf(loadConfig(at(uri)))[0]?.redirectUris, [uri]);
    for (const uri of [
      ...[
        'myapp:/callback',
        'javascript:/callback',
        'data:/callback',
        'intent://callback',
        'ftp://portal.test/callback',
      ],
      ...['FR.example.app:/callback', 'fr.example.app:callback', 'fr.example.app:///callback', 'fr.example.app:'],
      ...[
        'fr.example.app:/callback#part',
        'fr.example.app:/a b',
        'fr.example.app:/a/../b',
        'fr.:/callback',
        '.fr:/callback',
      ],
      ...['fr.example.app:/a\\b', 'fr.example.app:/é', ' fr.example.app:/callback'],
    ])
      assert.deepEqual(
        faultsOf(at(uri)),
        ['redirect_uris', 'post_logout_redirect_uris'].map((key) => `client portal: ${key}, number 1: ${OWN_SCHEME}`),
        uri,
      );
    const web = { ...client, redirect_uris: ['fr.example.app:/callback'] };
    assert.deepEqual(faultsOf(withClients(web)), [
      'client portal: redirect_uris, number 1: must be an http or https address without a fragment',
    ]);
  });

  it('takes of a native client the origins of its web view, and of a web client none of them', () => {
    const { secret_env: _, ...open } = { ...client, public: true, native: true };
    const own = [
      'capacitor://localhost',
      'ionic://localhost',
      'https://localhost',
      'http://localhost',
      'fr.example://app',
    ];
    const [read] = clientsOf(loadConfig(withClients({ ...open, origins: [...own, 'https://portal.test/'] })));
    assert.deepEqual(read?.origins, [...own, 'https://portal.test']);
    for (const origin of [
      'capacitor://',
      'capacitor://localhost/',
      'capacitor:localhost',
      'null',
      '*',
      'CAPACITOR://localhost',
      'capacitor://localhost:8100',
    ])
      assert.deepEqual(faultsOf(withClients({ ...open, origins: [origin] })), [
        'client portal: origins, number 1: must be an http or https address without a fragment',
      ]);
    for (const origin of ['http://localhost:8100', 'https://localhost:8100'])
      assert.ok(
        faultsOf(production({}, { ...open, origins: [origin] })).some((fault) => fault.includes(': origins, number 1')),
        `${origin} is that of a server`,
      );
    for (const origin of own.filter((one) => !one.startsWith('http')))
      assert.deepEqual(faultsOf(withClients({ ...client, native: false, origins: [origin] })), [
        'client portal: origins, number 1: must be an http or https address without a fragment',
      ]);
  });

  it('says so when an address of a client cannot be read, among the other faults', () => {
    const faults = faultsOf({ ...withClients({ ...client, origins: ['nonsense'] }), PORT: 'x' });
    assert.equal(faults.length, 2);
  });

  it('says so when the clients file is not there, or has no clients', () => {
    assert.deepEqual(faultsOf({ ...complete, CLIENTS_FILE: '/nowhere' }), [
      'clients.file (CLIENTS_FILE): there is no such file',
    ]);
    for (const content of ['', 'clients: []', 'client: 1'])
      assert.deepEqual(faultsOf({ ...complete, CLIENTS_FILE: file(content) }), [
        'clients.file (CLIENTS_FILE): must have a list `clients` with at least one client',
      ]);
  });

  it('refuses passwords whose maximum is below their minimum', () => {
    assert.deepEqual(faultsOf({ ...complete, PASSWORD_MINIMUM_LENGTH: '30' }), [
      'passwords.maximumLength (PASSWORD_MAXIMUM_LENGTH): below passwords.minimumLength',
    ]);
  });

  it('is frozen to its last part', () => {
    const config = loadConfig(complete);
    const open: string[] = [];
    const walk = (value: unknown, where: string): void => {
      if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return;
      if (!Object.isFrozen(value)) open.push(where);
      for (const [key, part] of Object.entries(value)) walk(part, `${where}.${key}`);
    };
    walk(config, 'config');
    assert.deepEqual(open, []);
    assert.throws(() => {
      (config.listen as { port: Config['listen']['port'] }).port = 1;
    }, TypeError);
  });
});
