import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { Address } from './addresses.ts';

export type Destination = {
  /** Judged, and connected to as it stands: no name is looked up again, so a second answer is never used. */
  address: Address;
  port: number;
  /** For the certificate; undefined without TLS. */
  tlsName: string | undefined;
};

/** Opens a connection. Its signal ends it at any time. */
export type Dial = (destination: Destination, signal: AbortSignal) => Promise<Socket>;

/** Connects to an address by TCP, then TLS where it is asked for. */
export function createDial(ca: string | undefined): Dial {
  return ({ address, port, tlsName }, signal) =>
    new Promise((resolve, reject) => {
      const place = { host: address.address, port, family: address.family };
      const socket: Socket =
        tlsName === undefined
          ? connectTcp(place)
          : connectTls({
              ...place,
              // An address cannot be asked for by SNI; its certificate is then checked against the address.
              servername: isIP(tlsName) === 0 ? tlsName : '',
              ALPNProtocols: ['http/1.1'],
              minVersion: 'TLSv1.2',
              // Said aloud, because a variable of the environment changes the default.
              rejectUnauthorized: true,
              ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
            });
      const stop = (): void => void socket.destroy(new Error('The connection was given up.'));
      signal.addEventListener('abort', stop, { once: true });
      socket.setNoDelay(true);
      socket.once('close', () => signal.removeEventListener('abort', stop));
      socket.once('error', reject);
      socket.once(tlsName === undefined ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
      if (signal.aborted) stop();
    });
}

/** How long one address may take while others are left. */
const firstAddressMilliseconds = 3_000;
const mostAddresses = 4;

/** One address after the other: a name often has a version 6 address that this machine has no way to. */
export async function dialFirst(
  dial: Dial,
  addresses: readonly Address[],
  destination: Omit<Destination, 'address'>,
  signal: AbortSignal,
): Promise<Socket> {
  const tried = addresses.slice(0, mostAddresses);
  for (const [index, address] of tried.entries()) {
    const last = index === tried.length - 1;
    const attempt = last ? signal : AbortSignal.any([signal, AbortSignal.timeout(firstAddressMilliseconds)]);
    try {
      return await dial({ ...destination, address }, attempt);
    } catch (error) {
      if (last || signal.aborted) throw error;
    }
  }
  throw new Error('There is no address to connect to.');
}
