import { afterEach, describe, expect, it } from 'vitest';
import { addressProblem, hostAllowance } from '../../src/bridge/address-rules.ts';
import {
  createOutboundGate,
  type OutboundGate,
  type OutboundGateOptions,
  shownUrl,
} from '../../src/bridge/outbound-gate.ts';
import { type Answer, type HttpServer, sendJson, startHttpServer } from '../support/http-server.ts';

const gates: OutboundGate[] = [];
const servers: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(gates.splice(0).map((gate) => gate.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(answer: Answer, options?: { host?: string; port?: number }): Promise<HttpServer> {
  const server = await startHttpServer(answer, options);
  servers.push(server);
  return server;
}

function gateWith(options: OutboundGateOptions = {}): OutboundGate {
  const gate = createOutboundGate(options);
  gates.push(gate);
  return gate;
}

const hello: Answer = (response) => sendJson(response, 'hello');
const loopback = (port: number) => `127.0.0.1:${port}`;

describe('an address', () => {
  it.each(['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '::ffff:93.184.216.34'])(
    'that is public may be called: %s',
    (address) => {
      expect(addressProblem(address)).toBeNull();
    },
  );

  it.each([
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local, with the metadata of clouds', '169.254.169.254'],
    ['carrier-grade NAT', '100.100.100.200'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarking', '198.18.0.1'],
    ['metadata of a cloud', '168.63.129.16'],
    ['unspecified v6', '::'],
    ['loopback v6', '::1'],
    ['link-local v6', 'fe80::1'],
    ['link-local v6 with a zone', 'fe80::1%eth0'],
    ['unique local v6', 'fd00:ec2::254'],
    ['multicast v6', 'ff02::1'],
    ['loopback in v6', '::ffff:127.0.0.1'],
    ['loopback in v6, in hexadecimal', '::ffff:7f00:1'],
    ['loopback in old v6', '::127.0.0.1'],
    ['loopback behind NAT64', '64:ff9b::7f00:1'],
    ['loopback behind 6to4', '2002:7f00:1::'],
    ['site-local v6', 'fec0::1'],
    ['v6 that nobody has been given', '4000::1'],
    ['no address', 'localhost'],
    ['nothing', ''],
  ])('that is %s may not be called: %s', (_, address) => {
    expect(addressProblem(address)).not.toBeNull();
  });
});

describe('the list of allowed hosts', () => {
  it.each([
    ['localhost', 'http://localhost:8000/x', true],
    ['localhost', 'http://LOCALHOST/', true],
    ['localhost', 'http://localhost.example.org/', false],
    ['localhost:8000', 'http://localhost:8000/', true],
    ['localhost:8000', 'http://localhost:8001/', false],
    ['localhost:80', 'http://localhost/', true],
    ['localhost:80', 'http://localhost:8000/', false],
    ['localhost:443', 'https://localhost/', true],
    ['localhost:443', 'http://localhost/', false],
    ['127.0.0.1', 'http://127.1:99/', true],
    ['::1', 'http://[::1]:99/', true],
    ['[::1]:99', 'http://[::1]:99/', true],
    ['[::1]:99', 'http://[::1]:98/', false],
  ])('%s has %s: %s', (entry, url, allowed) => {
    expect(hostAllowance(['elsewhere', ` ${entry} `])(new URL(url))).toBe(allowed);
  });

  it.each(['', 'http://localhost', 'localhost/x', 'user@localhost', 'a b', 'localhost:port'])(
    'is refused with the entry %j',
    (entry) => {
      expect(() => hostAllowance([entry])).toThrow('allowed host');
    },
  );
});

describe('the gate', () => {
  it('calls a host that is allowed', async () => {
    const server = await serve(hello);
    const response = await gateWith({ allowHosts: [loopback(server.port)] }).fetch(`${server.origin}/x?y=1`, {
      method: 'POST',
      headers: { 'X-One': '1' },
      body: 'text',
    });
    expect(await response.json()).toBe('hello');
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/x?y=1', body: 'text', headers: { 'x-one': '1' } },
    ]);
  });

  it.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f.0.0.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
    'http://169.254.169.254',
  ])('does not call %s, however it is written', async (origin) => {
    const server = await serve(hello);
    const call = gateWith().fetch(`${origin}:${server.port}/latest/meta-data`);
    await expect(call).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/^not called: /) });
    expect(server.requests).toEqual([]);
  });

  it('does not call a name that leads to this machine', async () => {
    const server = await serve(hello);
    await expect(gateWith().fetch(`http://localhost:${server.port}/`)).rejects.toMatchObject({
      code: 'invalid',
      message: /localhost resolves to/,
    });
    expect(server.requests).toEqual([]);
  });

  it('does not call a name of which one address is forbidden', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '::1', family: 6 },
    ];
    await expect(gateWith({ resolve }).fetch('http://two.example/')).rejects.toMatchObject({
      message: expect.stringContaining('::1, which is a loopback address'),
    });
  });

  it('calls the address that it has checked, and checks anew what it looks up anew', async () => {
    const good = await serve((response) => sendJson(response, 'good', 200, { connection: 'close' }));
    const evil = await serve(hello, { host: '127.0.0.2', port: good.port });
    const answers = ['127.0.0.1', '127.0.0.2'];
    const looked: string[] = [];
    const gate = gateWith({
      resolve: async (hostname) => {
        looked.push(hostname);
        return [{ address: answers.shift() ?? '127.0.0.2', family: 4 }];
      },
      addressProblem: (address) => (address === '127.0.0.2' ? 'is forbidden here' : null),
    });
    const response = await gate.fetch(`http://rebinding.example:${good.port}/`);
    expect(await response.json()).toBe('good');
    expect(looked).toEqual(['rebinding.example']);
    await expect(gate.fetch(`http://rebinding.example:${good.port}/`)).rejects.toMatchObject({
      code: 'invalid',
      message: /127\.0\.0\.2, which is forbidden here/,
    });
    expect(looked).toHaveLength(2);
    expect(evil.requests).toEqual([]);
  });

  it('calls an allowed name wherever it leads', async () => {
    const server = await serve(hello);
    const gate = gateWith({ allowHosts: ['inside'], resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    expect(await (await gate.fetch(`http://inside:${server.port}/`)).json()).toBe('hello');
    expect(server.requests[0]?.headers.host).toBe(`inside:${server.port}`);
  });

  it('calls v6 when it is allowed', async () => {
    const server = await serve(hello, { host: '::1' });
    expect(await (await gateWith({ allowHosts: ['::1'] }).fetch(server.origin)).json()).toBe('hello');
  });

  it.each(['ftp://example.org/', 'file:///etc/passwd', 'channel://a', 'data:text/plain,x', 'no address', ''])(
    'does not call %j',
    async (url) => {
      await expect(gateWith().fetch(url)).rejects.toMatchObject({ code: 'invalid' });
    },
  );

  it('takes credentials in an address for basic authentication, and shows none of them', async () => {
    const server = await serve(hello);
    const gate = gateWith({ allowHosts: [loopback(server.port)] });
    await gate.fetch(`http://me:s%40crets@127.0.0.1:${server.port}/`);
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:s@crets').toString('base64')}`);
    const error = await gate.fetch('http://me:secret@10.0.0.1/?key=secret').catch((reason: unknown) => reason);
    expect(String(error)).toContain('10.0.0.1');
    expect(String(error)).not.toContain('secret');
    expect(shownUrl('https://me:secret@a.example:1/b?key=secret#secret')).toBe('https://a.example:1/b');
  });
});

it('the gate calls an address that is allowed later, and no other port of that host', async () => {
  const [server, other] = [await serve(hello), await serve(hello)];
  const gate = gateWith();
  await expect(gate.fetch(server.origin)).rejects.toMatchObject({ code: 'invalid' });
  gate.allow(`${server.origin}/some/path`);
  expect(await (await gate.fetch(server.origin)).json()).toBe('hello');
  await expect(gate.fetch(other.origin)).rejects.toMatchObject({ code: 'invalid' });
});

describe('a redirect', () => {
  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'text'],
    [308, 'POST', 'text'],
  ])('with status %i is followed with %s', async (status, method, body) => {
    const server = await serve((response, request) => {
      if (request.path === '/') response.writeHead(status, { location: '/next' }).end();
      else sendJson(response, 'there');
    });
    const gate = gateWith({ allowHosts: [loopback(server.port)] });
    const response = await gate.fetch(server.origin, {
      method: 'POST',
      body: 'text',
      headers: { 'content-type': 'text/plain' },
    });
    expect(await response.json()).toBe('there');
    expect(server.requests[1]).toMatchObject({ method, body, path: '/next' });
    expect(server.requests[1]?.headers['content-type']).toBe(body === '' ? undefined : 'text/plain');
  });

  it.each([
    'http://127.0.0.2/',
    'http://169.254.169.254/latest',
    'http://[::1]/',
    '//10.0.0.1/',
    'file:///etc/passwd',
    'http://localhost:8080/',
  ])('to %s is not followed', async (location) => {
    const server = await serve((response) => response.writeHead(302, { location }).end());
    const call = gateWith({ allowHosts: [loopback(server.port)] }).fetch(server.origin);
    await expect(call).rejects.toMatchObject({ code: 'invalid' });
    expect(server.requests).toHaveLength(1);
  });

  it('is followed five times and not once more', async () => {
    const server = await serve((response, request) => {
      const left = Number(request.path.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else sendJson(response, 'there');
    });
    const gate = gateWith({ allowHosts: [loopback(server.port)] });
    expect(await (await gate.fetch(`${server.origin}/5`)).json()).toBe('there');
    await expect(gate.fetch(`${server.origin}/6`)).rejects.toMatchObject({
      code: 'invalid',
      message: /more than 5 redirects/,
    });
  });

  it('takes secrets along on the same origin only', async () => {
    const other = await serve(hello);
    const server = await serve((response, request) => {
      const location = request.path === '/' ? '/same' : `${other.origin}/other`;
      response.writeHead(307, { location }).end();
    });
    const gate = gateWith({ allowHosts: ['127.0.0.1'] });
    await gate.fetch(server.origin, {
      headers: {
        Authorization: 'Bearer x',
        'X-Arena-Signature': 't=1',
        'x-api-key': 'as Anthropic takes it',
        'x-goog-api-key': 'as Google takes it',
        'X-Plain': '1',
      },
    });
    expect(server.requests[1]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'x-arena-signature': 't=1',
      'x-plain': '1',
    });
    expect(other.requests[0]?.headers).toMatchObject({ 'x-plain': '1' });
    for (const secret of ['authorization', 'x-arena-signature', 'x-api-key', 'x-goog-api-key'])
      expect(other.requests[0]?.headers).not.toHaveProperty(secret);
  });
});
