/** An HTTP proxy on loopback that tunnels to wherever it is asked, and remembers where that was. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

export interface Proxy {
  readonly url: string;
  /** `host:port` of each tunnel that was asked for, with what the client said of itself. */
  readonly asked: readonly { readonly target: string; readonly user: string | undefined }[];
}

/** A running proxy, stopped when the running test ends. */
export async function loopbackProxy(): Promise<Proxy> {
  const asked: { target: string; user: string | undefined }[] = [];
  const server = createServer();
  server.on('connect', (request, socket, head) => {
    const target = request.url ?? '';
    asked.push({ target, user: request.headers['proxy-authorization'] });
    const { hostname, port } = new URL(`http://${target}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
