export { type ConsoleAws, type ConsoleServer, serveConsole } from './console-server.ts';
