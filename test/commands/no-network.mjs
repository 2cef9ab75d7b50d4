// A preload that makes every way to the network throw: re-performance must not need one.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const deny = (what) => () => {
  throw new Error(`the network was asked for: ${what}`);
};
for (const [name, module] of [
  ['net', net],
  ['tls', tls],
  ['dns', dns],
])
  for (const key of ['connect', 'createConnection', 'createServer', 'lookup', 'resolve', 'resolve4', 'resolve6'])
    if (typeof module[key] === 'function') module[key] = deny(`${name}.${key}`);
net.Socket.prototype.connect = deny('net.Socket.connect');
dns.promises.lookup = deny('dns.promises.lookup');
syncBuiltinESMExports();
