// Loaded before a program: its requests to the shop's domain are sent to the server at SERVER_PORT.
import http from 'node:http';
import https from 'node:https';

https.request = (options, ...more) => {
  const local = { protocol: 'http:', hostname: '127.0.0.1', host: '127.0.0.1', port: process.env.SERVER_PORT };
  const { hostname, method, path, headers } = options;
  return http.request({ method, path, headers: { ...headers, Host: hostname }, ...local }, ...more);
};
const known = globalThis.fetch;
globalThis.fetch = (address, init) => {
  const { host, pathname, search } = new URL(address);
  const headers = { ...init?.headers, Host: host };
  return known(`http://127.0.0.1:${process.env.SERVER_PORT}${pathname}${search}`, { ...init, headers });
};
