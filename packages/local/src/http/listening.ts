import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeployError } from '../errors.ts';

/** Listens on 127.0.0.1. @returns the port. @throws DeployError `bad-options`: the port is in use */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what = error.code === 'EADDRINUSE' ? `Port ${port} is in use` : error.message;
      reject(new DeployError('bad-options', what, {}, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Closes the port and every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
