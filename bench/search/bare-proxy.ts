/**
 * What any process between clients and Elasticsearch costs: passes each request on as it is, by Node's own HTTP server
 * and client, and does nothing else. Usage: bare-proxy.ts PORT ADDRESS, where ADDRESS is where requests go to.
 */
import { Agent, createServer, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

const [, , port = '', address = ''] = process.argv;
const agent = new Agent({ keepAlive: true });
const headers = { 'content-type': 'application/json' };

createServer(async (incoming, outgoing) => {
  const body = await buffer(incoming);
  const { method } = incoming;
  const passed = request(address, { method, agent, headers: { ...headers, 'content-length': body.length } });
  passed.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, { 'content-type': response.headers['content-type'] });
    response.pipe(outgoing);
  });
  passed.on('error', () => outgoing.writeHead(502).end());
  passed.end(body);
}).listen(Number(port), '127.0.0.1');
